import { type Api, FeishuRefused } from './errors.ts';

/** Told the outcome of each call: the code (0 for success, the HTTP status of a stranger's answer, or `unreachable`). */
export type Observe = (api: Api, code: string, seconds: number) => void;

/** Makes the call, and tells how it went and how long it took. */
export async function observed<T>(api: Api, observe: Observe, call: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const done = (code: string | number) => observe(api, String(code), (performance.now() - started) / 1000);
  try {
    const answer = await call();
    done(0);
    return answer;
  } catch (error) {
    done(error instanceof FeishuRefused ? (error.code ?? error.status) : 'unreachable');
    throw error;
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { AppConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { FeishuUnreachable } from './errors.ts';
import { type Observe, observed } from './observe.ts';
import { requestJson } from './plain-request.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** What the SDK makes timers of: anything but numbers would become timers without a pause. Times are in seconds. */
const answer = z.object({
  code: z.literal(0),
  data: z.object({
    URL: z.string().regex(/^wss?:/),
    ClientConfig: z.object({
      PingInterval: z.number().positive(),
      ReconnectCount: z.number(),
      ReconnectInterval: z.number().nonnegative(),
      ReconnectNonce: z.number().nonnegative(),
    }),
  }),
});

export type Endpoint = z.infer<typeof answer>;

interface AskParts {
  /** Asked for each time: its secret may have changed. */
  readonly app: () => AppConfig;
  readonly signal: AbortSignal;
  readonly observe: Observe;
  readonly log: Log;
}

/**
 * Asks Feishu where to connect to, again and again until it tells or `signal` is aborted. The SDK itself would give up
 * for good at most refusals, at "system busy" too, and wait for two minutes after any other failure.
 */
export async function askForEndpoint({ app, signal, observe, log }: AskParts): Promise<Endpoint> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await observed('endpoint', observe, () => askOnce(app()));
    } catch (err) {
      signal.throwIfAborted();
      log.warn({ err }, 'Feishu gives no address for the long connection; it is asked again');
    }
    await pause(waitMs, undefined, { signal });
  }
}

async function askOnce({ apiUrl, appId, appSecret }: AppConfig): Promise<Endpoint> {
  const body = await requestJson('endpoint', `${apiUrl}/callback/ws/endpoint`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ AppID: appId, AppSecret: appSecret }),
  });
  const read = answer.safeParse(body);
  if (!read.success) throw new FeishuUnreachable('endpoint', 'the answer holds no address, or no times to keep to');
  return read.data;
}

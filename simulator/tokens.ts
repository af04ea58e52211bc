import { randomBytes } from 'node:crypto';

const lifeMs = 2 * 60 * 60 * 1000;
const renewBelowMs = 30 * 60 * 1000;

/** Tenant access tokens. Feishu docs: with half an hour left or more the same one comes back. */
export interface Tokens {
  issue(): { readonly token: string; readonly expireSeconds: number };
  valid(token: string): boolean;
  revokeAll(): void;
}

/** Keeps every token that was given out until its two hours are over. */
export function createTokens(now: () => number): Tokens {
  const endings = new Map<string, number>();
  let newest: string | undefined;
  const leftMs = (token: string) => (endings.get(token) ?? 0) - now();
  return {
    issue() {
      if (newest === undefined || leftMs(newest) < renewBelowMs) {
        newest = `t-demo-${randomBytes(12).toString('hex')}`;
        endings.set(newest, now() + lifeMs);
      }
      return { token: newest, expireSeconds: Math.floor(leftMs(newest) / 1000) };
    },
    valid: (token) => leftMs(token) > 0,
    revokeAll() {
      endings.clear();
      newest = undefined;
    },
  };
}

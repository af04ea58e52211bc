import type { AppConfig } from '../config.ts';
import { FeishuUnreachable } from './errors.ts';
import { type Observe, observed } from './observe.ts';
import { requestJson } from './plain-request.ts';

/** Feishu hands out a new token when less than 30 minutes are left, and both stay valid: early renewal costs nothing. */
const RENEW_BEFORE_END_MS = 3 * 60_000;
const RENEW_AGAIN_MS = 5_000;

/** Keeps one tenant access token for the process. */
export interface TokenKeeper {
  get(): Promise<string>;
  /** A fresh token in place of one that Feishu refused. Callers who saw the same token refused share one request. */
  renew(refused: string): Promise<string>;
}

/**
 * One token request at a time, however many callers wait for it; a failed request is forgotten at once.
 *
 * Not the SDK's own keeper: that one requests a token per concurrent caller, has no time limit and logs the app secret
 * when the connection fails.
 */
export function createTokenKeeper(app: () => AppConfig, observe: Observe): TokenKeeper {
  let kept: { readonly token: string; readonly renewAt: number; readonly end: number } | undefined;
  let pending: Promise<string> | undefined;

  const request = async (): Promise<string> => {
    const { appId, appSecret, apiUrl } = app();
    const body = await observed('token', observe, () =>
      requestJson('token', `${apiUrl}/open-apis/auth/v3/tenant_access_token/internal`, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ app_id: appId, app_secret: appSecret }),
      }),
    );
    const { tenant_access_token: token } = body;
    if (typeof token !== 'string' || token === '') throw new FeishuUnreachable('token', 'the answer holds no token');
    const end = Date.now() + Number(body.expire) * 1000;
    kept = { token, renewAt: end - RENEW_BEFORE_END_MS, end };
    return token;
  };
  const requestOnce = () => {
    pending ??= request().finally(() => {
      pending = undefined;
    });
    return pending;
  };
  return {
    get: async () => {
      const now = Date.now();
      if (!kept || !(now < kept.end)) return requestOnce();
      if (now < kept.renewAt) return kept.token;
      // Nobody waits for it: those who did would all call in the same moment.
      kept = { ...kept, renewAt: now + RENEW_AGAIN_MS };
      requestOnce().catch(() => {});
      return kept.token;
    },
    renew: async (refused) => {
      if (kept?.token === refused) kept = undefined;
      return kept ? kept.token : requestOnce();
    },
  };
}

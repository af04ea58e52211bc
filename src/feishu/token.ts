import type { AppConfig } from '../config.ts';
import { type Answer, type Api, accepted, FeishuUnreachable } from './errors.ts';
import { type Observe, observed } from './observe.ts';

/** Every call to Feishu ends within this, answered or not. */
export const CALL_LIMIT_MS = 8_000;

export const LIMIT_REACHED = `no answer within ${CALL_LIMIT_MS / 1000} s`;

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

/**
 * One plain request, for the few calls that must not load the SDK.
 *
 * @throws FeishuRefused, FeishuUnreachable
 */
export async function requestJson(
  api: Api,
  url: string,
  init: RequestInit,
): Promise<{ readonly [key: string]: unknown }> {
  return accepted(api, await fetchAnswer(api, url, init));
}

/**
 * What Feishu answers, whatever it is.
 *
 * @throws FeishuUnreachable
 */
export async function fetchAnswer(api: Api, url: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(CALL_LIMIT_MS) });
    const text = await response.text();
    return { status: response.status, headers: Object.fromEntries(response.headers), body: parse(text) };
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    const cause = error instanceof Error && error.cause ? error.cause : error;
    throw new FeishuUnreachable(api, timedOut ? LIMIT_REACHED : cause);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

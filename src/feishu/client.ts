import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Client, HttpInstance } from '@larksuiteoapi/node-sdk';
import type { AxiosInstance, AxiosResponse } from 'axios';
import type { AppConfig } from '../config.ts';
import { type Answer, type Api, accepted, FeishuRefused, FeishuUnreachable, LOG_ID } from './errors.ts';
import { type Observe, observed } from './observe.ts';
import { CALL_LIMIT_MS, LIMIT_REACHED } from './plain-request.ts';
import { axios, lark } from './sdk.ts';
import type { TokenKeeper } from './token.ts';

/** Headers for one call through the SDK. */
export interface CallOptions {
  readonly headers: { readonly [name: string]: string };
}

export interface FeishuClient {
  /**
   * Makes one call with the SDK. Refused for its token, it is made once more with a fresh one, when its turn has come
   * `again`; any other failure is the caller's: a POST is never repeated here.
   *
   * @throws FeishuRefused, FeishuUnreachable, and what `again` throws
   */
  call<T>(api: Api, send: Send<T>, again: Again): Promise<Called<T>>;
  close(): void;
}

/** Waits for the turn of one more call, which Feishu counts like the first. Throws when that does not come soon. */
export type Again = () => Promise<void>;

/** What Feishu answered, and under which id its own support finds the call. */
export interface Called<T> {
  readonly body: T;
  readonly logId?: string;
}

type Send<T> = (sdk: Client, options: CallOptions) => Promise<T>;

/**
 * The official SDK with what it lacks: a time limit, kept-alive connections, errors without secrets, one token
 * request at a time. Its own token keeper stays out of the way (`disableTokenCache`).
 */
export function createFeishuClient({
  app,
  tokens,
  observe,
}: {
  app: AppConfig;
  tokens: TokenKeeper;
  observe: Observe;
}): FeishuClient {
  const agents = { httpAgent: new HttpAgent({ keepAlive: true }), httpsAgent: new HttpsAgent({ keepAlive: true }) };
  const http = createHttp(agents);
  const sdk = new lark.Client({
    appId: app.appId,
    appSecret: app.appSecret,
    domain: app.apiUrl,
    httpInstance: http as HttpInstance,
    disableTokenCache: true,
    logger: SILENT,
  });
  const once = async <T>(api: Api, token: string, send: Send<T>): Promise<Called<T>> => {
    try {
      return await observed(api, observe, async () => {
        // Our HTTP instance gives the SDK the whole answer, which it passes on unread.
        const answer = (await send(sdk, { headers: { Authorization: `Bearer ${token}` } })) as unknown as Answer;
        const logId = answer.headers[LOG_ID];
        return { body: accepted(api, answer) as T, ...(logId !== undefined && { logId }) };
      });
    } catch (error) {
      if (axios.isCancel(error)) throw new FeishuUnreachable(api, LIMIT_REACHED);
      throw axios.isAxiosError(error) ? new FeishuUnreachable(api, error) : error;
    }
  };
  return {
    call: async (api, send, again) => {
      const token = await tokens.get();
      try {
        return await once(api, token, send);
      } catch (error) {
        if (!(error instanceof FeishuRefused) || !isTokenRefusal(error)) throw error;
        const fresh = await tokens.renew(token);
        await again();
        return await once(api, fresh, send);
      }
    },
    close: () => {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

/** The token is unknown, expired or malformed. 154001 means either this or the desk's own credentials. */
const TOKEN_REFUSALS: ReadonlySet<number | undefined> = new Set([99991663, 99991664, 99991665, 99991671, 154001]);

const isTokenRefusal = (error: FeishuRefused) => TOKEN_REFUSALS.has(error.code);

/** The SDK logs request data and headers with each failure; ours are thrown as errors and logged by the caller. */
const SILENT = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {}, trace: () => {} };

function createHttp(agents: { httpAgent: HttpAgent; httpsAgent: HttpsAgent }): AxiosInstance {
  // Redirects are not followed: they would carry the credentials to another host.
  const http = axios.create({ ...agents, maxRedirects: 0, validateStatus: () => true });
  http.interceptors.request.use((config) => Object.assign(config, { signal: AbortSignal.timeout(CALL_LIMIT_MS) }));
  http.interceptors.response.use(({ status, headers, data }) => {
    const answer: Answer = { status, headers: headers as Answer['headers'], body: data };
    return answer as unknown as AxiosResponse;
  });
  return http;
}

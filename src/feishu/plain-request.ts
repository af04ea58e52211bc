import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { type Answer, type Api, accepted, FeishuUnreachable } from './errors.ts';

/** Every call to Feishu ends within this, answered or not. */
export const CALL_LIMIT_MS = 8_000;

export const LIMIT_REACHED = `no answer within ${CALL_LIMIT_MS / 1000} s`;

/**
 * One plain request, for the few calls that must not load the SDK.
 *
 * @throws FeishuRefused, FeishuUnreachable
 */
export async function requestJson(
  api: Api,
  url: string,
  plain: PlainRequest,
): Promise<{ readonly [key: string]: unknown }> {
  return accepted(api, await askPlainly(api, url, plain));
}

export interface PlainRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
}

/**
 * What Feishu answers, whatever it is. Not by `fetch`, whose client takes 13 MB and follows redirects with a secret in
 * the body.
 *
 * @throws FeishuUnreachable
 */
export async function askPlainly(api: Api, url: string, { body = '', ...plain }: PlainRequest): Promise<Answer> {
  const signal = AbortSignal.timeout(CALL_LIMIT_MS);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = url.startsWith('https:') ? httpsRequest : httpRequest;
      request(url, { ...plain, agent: false, signal }, resolve)
        .on('error', reject)
        .end(body);
    });
    const { statusCode: status = 0, headers } = response;
    return { status, headers: headers as Answer['headers'], body: parse(await text(response)) };
  } catch (error) {
    throw new FeishuUnreachable(api, signal.aborted ? LIMIT_REACHED : error);
  }
}

function parse(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

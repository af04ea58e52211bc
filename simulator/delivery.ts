import { randomBytes } from 'node:crypto';
import { type Agent, request } from 'node:http';
import type { FeishuEvent } from './envelope.ts';
import type { App } from './options.ts';
import { encrypt, sign } from './signer.ts';

export const feishuWaitsMs = 3_000;

/** How a delivery differs from a proper one. Over the long connection only `body` and `timeoutMs` have a meaning. */
export interface How {
  /** Another address than the simulator's webhook. */
  readonly url?: string;
  readonly method?: string;
  /** False sends the JSON in clear. */
  readonly encrypted?: boolean;
  /** False leaves the three signature headers out. */
  readonly signed?: boolean;
  /** Sent in place of the right signature. */
  readonly signature?: string;
  /** Encrypts and signs under another key. */
  readonly encryptKey?: string;
  /** Only signs under another key. */
  readonly signingKey?: string;
  readonly token?: string;
  readonly appId?: string;
  /** Seconds since 1970; now without it. */
  readonly timestamp?: string;
  /** Spreads whitespace over the body, which Feishu's own bytes may have. */
  readonly spaced?: boolean;
  /** These bytes instead of the event, signed all the same. */
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** As long as Feishu waits unless given. */
  readonly timeoutMs?: number;
}

export interface Delivery {
  /** 0 when there was no answer in time. */
  readonly status: number;
  readonly body: string;
  readonly ms: number;
  /** Why there was no answer. */
  readonly error?: string;
}

/** Body and headers of one delivery, with a signature of its own. */
export function pack(
  event: unknown,
  how: How,
  app: App,
  now: number,
): { body: string | Uint8Array; headers: Record<string, string> } {
  const key = how.encryptKey ?? app.encryptKey;
  const body = how.body ?? sealed(disguised(event, how), how, key);
  const length = String(Buffer.byteLength(body));
  const headers = { 'content-type': 'application/json;charset=utf-8', 'content-length': length, ...how.headers };
  if (how.signed === false) return { body, headers };
  const timestamp = how.timestamp ?? String(Math.floor(now / 1000));
  const nonce = randomBytes(8).toString('hex');
  return {
    body,
    headers: {
      'x-lark-request-timestamp': timestamp,
      'x-lark-request-nonce': nonce,
      'x-lark-signature': how.signature ?? sign(timestamp, nonce, how.signingKey ?? key, body),
      ...headers,
    },
  };
}

/** One POST. It never throws: that nobody answered is an outcome too. */
export function post(
  url: string,
  { body, headers }: ReturnType<typeof pack>,
  how: How,
  agent: Agent,
): Promise<Delivery> {
  const startedAt = performance.now();
  const elapsed = () => Math.round(performance.now() - startedAt);
  return new Promise((resolve) => {
    const fail = (error: Error) => resolve({ status: 0, body: '', ms: elapsed(), error: error.message });
    const outgoing = request(url, { method: how.method ?? 'POST', headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, body: text, ms: elapsed() });
      });
    });
    const timer = setTimeout(() => outgoing.destroy(new Error('no answer in time')), how.timeoutMs ?? feishuWaitsMs);
    outgoing.on('error', fail);
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.end(body);
  });
}

function disguised(event: unknown, { token, appId }: How): unknown {
  if (token === undefined && appId === undefined) return event;
  const { header, ...rest } = event as FeishuEvent;
  return {
    ...rest,
    header: { ...header, ...(token !== undefined && { token }), ...(appId !== undefined && { app_id: appId }) },
  };
}

function sealed(event: unknown, { encrypted, spaced }: How, key: string): string {
  const body = encrypted === false ? event : { encrypt: encrypt(JSON.stringify(event), key) };
  return spaced ? ` ${JSON.stringify(body, undefined, 4)}\n` : JSON.stringify(body);
}

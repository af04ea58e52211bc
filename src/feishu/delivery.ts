import type { IncomingHttpHeaders } from 'node:http';
import { decrypt, isSigned, type Signature, sameSecret } from './crypto.ts';

/** Signed times further off than this are refused. Wide: nobody says whether a redelivery, up to 7 h old, is signed anew. */
const MAX_CLOCK_DISTANCE_MS = 24 * 3_600_000;

export type RejectReason = 'signature' | 'token' | 'app' | 'plain' | 'stale' | 'unreadable' | 'size';

/** The delivery is not Feishu's, or cannot be read. The sender gets the status; the reason stays with us. */
export class DeliveryRejected extends Error {
  override readonly name = 'DeliveryRejected';
  readonly status: 400 | 401 | 413;
  readonly reason: RejectReason;
  constructor(status: 400 | 401 | 413, reason: RejectReason) {
    super(`delivery rejected: ${reason}`);
    this.status = status;
    this.reason = reason;
  }
}

export type Json = { readonly [key: string]: unknown };

/** A delivery that is proven to be Feishu's and for this app. */
export type Opened =
  | { readonly kind: 'event'; readonly payload: Json }
  | { readonly kind: 'challenge'; readonly challenge: string };

export interface DeliverySecrets {
  readonly appId: string;
  /** More than one while a key is being rotated. */
  readonly encryptKeys: readonly string[];
  readonly verificationTokens: readonly string[];
}

/**
 * Proves that Feishu sent these bytes, and opens them: signature → decrypt → parse → token → app.
 * The URL check alone comes without a signature (Feishu's documentation excludes it); its token vouches for it.
 *
 * @throws DeliveryRejected
 */
export function openDelivery(
  body: Buffer,
  headers: IncomingHttpHeaders,
  secrets: DeliverySecrets,
  now: number,
): Opened {
  const signature = readSignature(headers);
  if (signature) checkSignature(body, signature, secrets.encryptKeys, now);
  const payload = unseal(body, secrets.encryptKeys);
  const header = isObject(payload.header) ? payload.header : {};
  checkToken(header.token ?? payload.token, secrets.verificationTokens);
  if (payload.type === 'url_verification') {
    if (typeof payload.challenge !== 'string') throw new DeliveryRejected(400, 'unreadable');
    return { kind: 'challenge', challenge: payload.challenge };
  }
  if (!signature) throw new DeliveryRejected(401, 'signature');
  const event = isObject(payload.event) ? payload.event : {};
  if ((header.app_id ?? event.app_id) !== secrets.appId) throw new DeliveryRejected(401, 'app');
  return { kind: 'event', payload };
}

function readSignature(headers: IncomingHttpHeaders): Signature | undefined {
  const [signature, timestamp, nonce] = ['signature', 'request-timestamp', 'request-nonce'].map(
    (name) => headers[`x-lark-${name}`],
  );
  if (typeof signature !== 'string' || typeof timestamp !== 'string' || typeof nonce !== 'string') return undefined;
  return { signature, timestamp, nonce };
}

function checkSignature(body: Buffer, signature: Signature, keys: readonly string[], now: number): void {
  if (!keys.some((key) => isSigned(body, signature, key))) throw new DeliveryRejected(401, 'signature');
  const distance = Math.abs(Number(signature.timestamp) * 1000 - now);
  if (!(distance <= MAX_CLOCK_DISTANCE_MS)) throw new DeliveryRejected(401, 'stale');
}

function unseal(body: Buffer, keys: readonly string[]): Json {
  const outer = parseObject(body.toString('utf8'));
  const sealed = outer.encrypt;
  if (typeof sealed !== 'string') throw new DeliveryRejected(401, 'plain');
  for (const key of keys) {
    const text = tryDecrypt(sealed, key);
    if (text !== undefined) return parseObject(text);
  }
  throw new DeliveryRejected(401, 'unreadable');
}

/** A wrong key nearly always breaks the padding; the rare one that does not yields no JSON. */
function tryDecrypt(sealed: string, key: string): string | undefined {
  try {
    const text = decrypt(sealed, key);
    return text.trimStart().startsWith('{') ? text : undefined;
  } catch {
    return undefined;
  }
}

function checkToken(given: unknown, tokens: readonly string[]): void {
  if (typeof given !== 'string' || !tokens.some((token) => sameSecret(given, token)))
    throw new DeliveryRejected(401, 'token');
}

function parseObject(text: string): Json {
  const parsed = parse(text);
  if (!isObject(parsed)) throw new DeliveryRejected(400, 'unreadable');
  return parsed;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DeliveryRejected(400, 'unreadable');
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

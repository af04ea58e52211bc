import { createDecipheriv, createHash, hash, timingSafeEqual } from 'node:crypto';

/** The headers Feishu signs with; the timestamp is Unix seconds as text. */
export interface Signature {
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: string;
}

/**
 * Whether the signature is Feishu's for these very bytes: lower-case hex SHA-256 of timestamp ‖ nonce ‖ Encrypt Key ‖
 * body. A plain hash, not an HMAC, and over the bytes as received: any re-serialising breaks it.
 */
export function isSigned(body: Buffer, { timestamp, nonce, signature }: Signature, encryptKey: string): boolean {
  const expected = createHash('sha256')
    .update(timestamp + nonce + encryptKey)
    .update(body)
    .digest('hex');
  return sameSecret(signature, expected);
}

/** Compares without telling by its time how much was right; how long the secret is may be known. */
export function sameSecret(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Opens `base64(IV[16] ‖ AES-256-CBC)` under SHA-256 of the Encrypt Key.
 *
 * @throws when the key or the padding does not fit, or the text is no sealed document.
 */
export function decrypt(sealed: string, encryptKey: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const key = hash('sha256', encryptKey, 'buffer');
  const decipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, 16));
  return decipher.update(bytes.subarray(16), undefined, 'utf8') + decipher.final('utf8');
}

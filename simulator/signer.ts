import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const ivBytes = 16;

/**
 * Encrypts as Feishu does when an Encrypt Key is set: AES-256-CBC under the SHA-256 of the key, the IV in front, base64.
 * The IV is a parameter for test vectors only.
 */
export function encrypt(plaintext: string, encryptKey: string, iv: Buffer = randomBytes(ivBytes)): string {
  const cipher = createCipheriv('aes-256-cbc', aesKey(encryptKey), iv);
  return Buffer.concat([iv, cipher.update(plaintext, 'utf8'), cipher.final()]).toString('base64');
}

/** The way back, to check oneself against known vectors. */
export function decrypt(sealed: string, encryptKey: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', aesKey(encryptKey), bytes.subarray(0, ivBytes));
  return Buffer.concat([decipher.update(bytes.subarray(ivBytes)), decipher.final()]).toString('utf8');
}

/** A plain SHA-256 over timestamp, nonce, key and the very bytes of the body; not an HMAC. */
export function sign(timestamp: string, nonce: string, encryptKey: string, body: Uint8Array | string): string {
  return createHash('sha256')
    .update(timestamp + nonce + encryptKey)
    .update(body)
    .digest('hex');
}

function aesKey(encryptKey: string): Buffer {
  return createHash('sha256').update(encryptKey, 'utf8').digest();
}

import { expect, test } from 'vitest';
import { decrypt, encrypt, sign } from '../../simulator/signer.ts';

// The vectors of the protocol notes.
const key = 'kb-demo-encrypt-key';
const sealed =
  'AAECAwQFBgcICQoLDA0OD9os6z3k0dxS+OzvIr2NrQSHyz648Bq/yHIYvQAuv83MiVJsuJM+W197r7BaNDTS7sgnX7VqMaJTZKThJ5OsKDmT+XUlZ12k42IBjZBy4ESm';
const opened = '{"challenge":"c-123","token":"vt-demo","type":"url_verification"}';

test('what it encrypts is what Feishu encrypts', () => {
  const iv = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
  expect(encrypt(opened, key, iv)).toBe(sealed);
  expect(decrypt(sealed, key)).toBe(opened);
});

test('what it signs is what Feishu signs', () => {
  const body = JSON.stringify({ encrypt: sealed });
  const signature = 'eb93627cb3b8b13cf1ba1b4e96dc30e84fd1800a2189045e77338d5eae6d22cd';
  expect(sign('1700000000', 'nonce-1', key, body)).toBe(signature);
  expect(sign('1700000000', 'nonce-1', key, Buffer.from(body))).toBe(signature);
});

test('every encryption takes a new initial vector', () => {
  expect(encrypt(opened, key)).not.toBe(encrypt(opened, key));
});

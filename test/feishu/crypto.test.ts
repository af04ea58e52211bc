import { expect, test } from 'vitest';
import { decrypt, isSigned } from '../../src/feishu/crypto.ts';

// The two vectors of the protocol description, made with other tools than ours.
const KEY = 'kb-demo-encrypt-key';
const SEALED =
  'AAECAwQFBgcICQoLDA0OD9os6z3k0dxS+OzvIr2NrQSHyz648Bq/yHIYvQAuv83MiVJsuJM+W197r7BaNDTS7sgnX7VqMaJTZKThJ5OsKDmT+XUlZ12k42IBjZBy4ESm';
const BODY = Buffer.from(`{"encrypt":"${SEALED}"}`);
const SIGNED = {
  timestamp: '1700000000',
  nonce: 'nonce-1',
  signature: 'eb93627cb3b8b13cf1ba1b4e96dc30e84fd1800a2189045e77338d5eae6d22cd',
};

test('a sealed document opens with its key', () => {
  expect(JSON.parse(decrypt(SEALED, KEY))).toEqual({ challenge: 'c-123', token: 'vt-demo', type: 'url_verification' });
});

test('a sealed document does not open with another key', () => {
  expect(() => JSON.parse(decrypt(SEALED, 'another-key'))).toThrow();
});

test("Feishu's signature over the bytes is recognised", () => {
  expect(isSigned(BODY, SIGNED, KEY)).toBe(true);
});

test.each([
  ['one byte of the body', Buffer.from(`{"encrypt": "${SEALED}"}`), SIGNED, KEY],
  ['the time', BODY, { ...SIGNED, timestamp: '1700000001' }, KEY],
  ['the nonce', BODY, { ...SIGNED, nonce: 'nonce-2' }, KEY],
  ['the key', BODY, SIGNED, 'another-key'],
  ['the length of the signature', BODY, { ...SIGNED, signature: SIGNED.signature.slice(1) }, KEY],
])('a signature does not survive a change of %s', (_, body, signature, key) => {
  expect(isSigned(body, signature, key)).toBe(false);
});

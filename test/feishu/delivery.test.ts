import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeliveryRejected, openDelivery } from '../../src/feishu/delivery.ts';
import { readEvent } from '../../src/feishu/events.ts';

const NOW = 1_700_000_000_000;
const SECRETS = {
  appId: 'cli_demo',
  encryptKeys: ['new-key', 'old-key'],
  verificationTokens: ['new-token', 'old-token'],
};
const HEADER = { event_id: 'e1', event_type: 'x', token: 'new-token', app_id: 'cli_demo' };
const EVENT = { schema: '2.0', header: HEADER, event: {} };

function seal(document: unknown, key = 'new-key'): Buffer {
  return sealText(typeof document === 'string' ? document : JSON.stringify(document), key);
}

function sealText(text: string, key: string): Buffer {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(key).digest(), iv);
  return Buffer.from(
    JSON.stringify({ encrypt: Buffer.concat([iv, cipher.update(text), cipher.final()]).toString('base64') }),
  );
}

function sign(body: Buffer, { key = 'new-key', at = NOW }: { key?: string; at?: number | string } = {}) {
  const timestamp = typeof at === 'string' ? at : String(at / 1000);
  const signature = createHash('sha256').update(timestamp).update('nonce').update(key).update(body).digest('hex');
  return { 'x-lark-request-timestamp': timestamp, 'x-lark-request-nonce': 'nonce', 'x-lark-signature': signature };
}

const open = (body: Buffer, headers = {}) => openDelivery(body, headers, SECRETS, NOW);

function rejection(body: Buffer, headers = {}): string {
  try {
    open(body, headers);
    return 'opened';
  } catch (error) {
    if (error instanceof DeliveryRejected) return `${error.status} ${error.reason}`;
    throw error;
  }
}

test('a signed, sealed event opens', () => {
  const body = seal(EVENT);
  expect(open(body, sign(body))).toEqual({ kind: 'event', payload: EVENT });
});

test('while keys and tokens rotate, the old ones open too', () => {
  const body = seal({ ...EVENT, header: { ...HEADER, token: 'old-token' } }, 'old-key');
  expect(open(body, sign(body, { key: 'old-key' })).kind).toBe('event');
});

test('the URL check needs no signature, but the token', () => {
  const check = { challenge: 'c-123', token: 'new-token', type: 'url_verification' };
  expect(open(seal(check))).toEqual({ kind: 'challenge', challenge: 'c-123' });
  expect(rejection(seal({ ...check, token: 'guessed' }))).toBe('401 token');
});

describe('refused', () => {
  const body = seal(EVENT);
  const sealed = (header: object) => seal({ ...EVENT, header: { ...HEADER, ...header } });
  const signed = (of: Buffer) => [of, sign(of)] as const;
  test.each([
    ['without a signature', body, {}, '401 signature'],
    ['signed with another key', body, sign(body, { key: 'guessed' }), '401 signature'],
    ['changed on the way', Buffer.concat([body, Buffer.from(' ')]), sign(body), '401 signature'],
    ['signed more than a day ago', body, sign(body, { at: NOW - 24.1 * 3_600_000 }), '401 stale'],
    ['signed more than a day ahead', body, sign(body, { at: NOW + 24.1 * 3_600_000 }), '401 stale'],
    ['signed at no time', body, sign(body, { at: 'soon' }), '401 stale'],
    ['sealed with another key', ...signed(seal(EVENT, 'guessed')), '401 unreadable'],
    ['plain', ...signed(Buffer.from(JSON.stringify(EVENT))), '401 plain'],
    [
      'a plain URL check',
      Buffer.from(JSON.stringify({ type: 'url_verification', token: 'new-token', challenge: 'c' })),
      {},
      '401 plain',
    ],
    ['with a wrong token', ...signed(sealed({ token: 'guessed' })), '401 token'],
    ['with a token that is no text', ...signed(sealed({ token: { length: 9 } })), '401 token'],
    ['for another app', ...signed(sealed({ app_id: 'cli_other' })), '401 app'],
    ['no JSON', ...signed(Buffer.from('hello')), '400 unreadable'],
    ['null', ...signed(Buffer.from('null')), '400 unreadable'],
    ['an array', ...signed(Buffer.from('[]')), '400 unreadable'],
    ['nothing', Buffer.alloc(0), {}, '400 unreadable'],
    ['sealed nonsense', ...signed(Buffer.from('{"encrypt":"bm9uc2Vuc2U="}')), '401 unreadable'],
    ['sealed text that is no document', ...signed(seal('hello')), '401 unreadable'],
  ])('%s', (_, bytes, headers, expected) => expect(rejection(bytes, headers)).toBe(expected));
});

test('whatever stands in a signed, sealed document, it is read or refused and nothing else', () => {
  const text = fc.string({ unit: 'binary' });
  const odd = fc.oneof(fc.anything({ withNullPrototype: false }), text);
  const payload = fc.record(
    {
      type: odd,
      header: fc.oneof(odd, fc.record({ ...headerParts(), event_id: odd, create_time: odd })),
      event: fc.oneof(
        odd,
        fc.record({ sender: odd, message: odd, operator: odd, event_key: odd, timestamp: odd }, { requiredKeys: [] }),
      ),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(payload, (document) => {
      const body = seal(JSON.stringify(document) ?? 'null');
      const outcome = rejection(body, sign(body));
      if (outcome !== 'opened') return /^40[01] /.test(outcome);
      const opened = open(body, sign(body));
      return (
        opened.kind === 'challenge' || ['event', 'ignored', 'unready'].includes(readEvent(opened.payload, undefined).is)
      );
    }),
    { numRuns: 500 },
  );
});

function headerParts() {
  return {
    token: fc.constant('new-token'),
    app_id: fc.constant('cli_demo'),
    event_type: fc.constantFrom('im.message.receive_v1', 'application.bot.menu_v6', 'toString', '__proto__', ''),
  };
}

test('whatever the bytes are, they are read or refused and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) =>
      /^40[01] /.test(rejection(Buffer.from(bytes), sign(Buffer.from(bytes)))),
    ),
  );
});

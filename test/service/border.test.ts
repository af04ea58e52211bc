import { connect } from 'node:net';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { How } from '../../simulator/index.ts';
import { endWithFile, linkFor, metric, settle, startTogether, type Together, ticketsOf } from '../support/service.ts';

let feishu: Together['feishu'];
let service: Together['service'];
const atEnd = endWithFile();
beforeAll(async () => {
  ({ feishu, service } = await startTogether('postgres', { atEnd }));
});

const dayAway = (sign: number) => String(Math.floor(Date.now() / 1000) + sign * 86_500);

test.each<[string, How, number, string]>([
  ['unsigned', { signed: false }, 401, 'signature'],
  ['wrongly signed', { signingKey: 'guessed' }, 401, 'signature'],
  ['with a signature cut short', { signature: 'abc' }, 401, 'signature'],
  ['wrongly encrypted', { encryptKey: 'guessed', signingKey: 'demo-encrypt-key' }, 401, 'unreadable'],
  ['plain', { encrypted: false }, 401, 'plain'],
  ['plain and unsigned', { encrypted: false, signed: false }, 401, 'plain'],
  ['with a wrong token', { token: 'guessed' }, 401, 'token'],
  ['for another app', { appId: 'cli_other' }, 401, 'app'],
  ['signed over a day ago', { timestamp: dayAway(-1) }, 401, 'stale'],
  ['signed over a day ahead', { timestamp: dayAway(1) }, 401, 'stale'],
  ['not JSON', { body: 'hello' }, 400, 'unreadable'],
  ['null', { body: 'null' }, 400, 'unreadable'],
  ['an array', { body: '[1,2]' }, 400, 'unreadable'],
  ['sealed nonsense', { body: '{"encrypt":"AAAA"}' }, 401, 'unreadable'],
  ['over 1 MiB', { body: 'x'.repeat(1024 * 1024 + 1) }, 413, 'size'],
])('an event %s is refused, counted by its reason, and nothing is done', async (_, how, status, reason) => {
  const series = `feishu_events_total{kind="unknown",outcome="rejected_${reason}"}`;
  const before = await metric(service, series);
  const person = feishu.newPerson();
  expect(await feishu.deliver(feishu.events.text({ person, text: '转人工' }), how)).toMatchObject({ status });
  await settle(feishu);
  expect(await metric(service, series)).toBe(before + 1);
  expect(ticketsOf(feishu, person)).toEqual([]);
});

test('whitespace in the body does not matter, since the bytes are hashed', async () => {
  const person = feishu.newPerson();
  expect(await feishu.deliver(feishu.events.text({ person, text: '转人工' }), { spaced: true })).toMatchObject({
    status: 200,
  });
  await linkFor(feishu, person);
});

test('the URL check is answered with its challenge, and only with the right token', async () => {
  expect(await feishu.verifyUrl({ challenge: 'c-1' })).toMatchObject({ status: 200, body: '{"challenge":"c-1"}' });
  expect(await feishu.verifyUrl({ token: 'guessed' })).toMatchObject({ status: 401 });
});

test('a query string does not hide the path', async () => {
  const event = feishu.events.chatEntered({ person: feishu.newPerson() });
  expect(await feishu.deliver(event, { url: `${service.webhook}?from=feishu` })).toMatchObject({ status: 200 });
});

test('other methods get 405 and other paths 404', async () => {
  const origin = new URL(service.webhook).origin;
  const statuses = await Promise.all([
    ...['GET', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'].map(
      async (method) => (await fetch(service.webhook, { method })).status,
    ),
    ...['/', '/healthz', '/metrics', '/feishu', '/feishu/events/x'].map(
      async (path) => (await fetch(origin + path)).status,
    ),
  ]);
  expect(statuses).toEqual([405, 405, 405, 405, 405, 404, 404, 404, 404, 404]);
});

test('a sender who never finishes is cut off', async () => {
  const { hostname, port } = new URL(service.webhook);
  const socket = connect(Number(port), hostname);
  socket.write('POST /feishu/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes;
    });
    socket.on('close', () => resolve(text)).on('error', () => {});
  });
  expect(answer).toMatch(/^(HTTP\/1\.1 40[08].*)?/);
});

test('odd ids and texts from Feishu are taken without harm', async () => {
  const person = feishu.newPerson();
  const event = feishu.events.text({ person, text: '转人工' });
  const odd = {
    ...event.event.message,
    message_id: 'om:1\0/../\ud800',
    content: JSON.stringify({ text: '转人工\0\ud800' }),
  };
  const answer = await feishu.deliver({ ...event, event: { ...event.event, message: odd } });
  expect(answer.status).toBe(200);
  await linkFor(feishu, person);
  expect(ticketsOf(feishu, person)[0]?.customizedInfo).toContain('转人工');
});

test('no bytes, headers or documents make it answer 5xx', async () => {
  const header = fc.string({ unit: fc.constantFrom(...'abc019 -_=:;,'), maxLength: 40 }).map((text) => text.trim());
  const how = fc.record(
    {
      body: fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.json(),
        fc.base64String().map((encrypt) => JSON.stringify({ encrypt })),
      ),
      timestamp: header,
      signature: header,
      encrypted: fc.boolean(),
      headers: fc.dictionary(
        fc.constantFrom('content-type', 'content-encoding', 'x-lark-request-nonce', 'accept'),
        header,
      ),
    },
    { requiredKeys: [] },
  );
  const document = fc.oneof(
    fc.json().map((text) => JSON.parse(text)),
    fc.constant(feishu.events.chatEntered({ person: feishu.newPerson() })),
  );
  await fc.assert(
    fc.asyncProperty(document, how, async (event, differently) => {
      const { status } = await feishu.deliver(event, differently as How);
      return status >= 200 && status < 500;
    }),
    { numRuns: 300 },
  );
});

import { beforeAll, expect, test } from 'vitest';
import {
  endWithFile,
  linkFor,
  linksFor,
  metric,
  settle,
  startTogether,
  type Together,
  ticketsOf,
  until,
} from '../support/service.ts';

// What Feishu answers is the same on every store, so one store is enough here.
const DESK_LINK = 'https://applink.feishu.cn/client/helpdesk/open?id=7';
let feishu: Together['feishu'];
let service: Together['service'];
const atEnd = endWithFile();
beforeAll(async () => {
  const env = { FEISHU_HELPDESK_LINK: DESK_LINK, FEISHU_HELPDESK_NAME: 'IT 服务台', FEISHU_HELPDESK_AGENTS: 'ou_left' };
  ({ feishu, service } = await startTogether('postgres', { env, atEnd }));
});

async function ask(text = '转人工'): Promise<string> {
  const person = feishu.newPerson();
  await feishu.deliver(feishu.events.text({ person, text }));
  return person;
}

const callsFor = (person: string) => feishu.callsTo('start_service').filter((call) => call.person === person);

test.each([
  ['154001, credentials or tenant: one fresh token, then stop', 401, 154001, 2],
  ['154004, unknown desk or agent: stop', 404, 154004, 1],
])('%s; the person is told and given the way to the desk', async (_, status, code, calls) => {
  const fault = feishu.fault({ api: 'start_service', status, code, times: calls });
  const person = await ask();
  const apology = await feishu.waitFor(() => feishu.messagesTo(person)[0], { what: 'an apology' });
  fault.remove();
  expect(callsFor(person)).toHaveLength(calls);
  expect(apology).toMatchObject({ links: [DESK_LINK], text: expect.stringContaining('IT 服务台') });
  expect(apology.text).not.toContain(String(code));
});

test('154402, outside the desk: told so, never tried again, and no token is refreshed for its 401', async () => {
  const tokens = feishu.callsTo('token').length;
  const person = feishu.newPerson();
  feishu.restrict(person, { deskAccess: false });
  await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
  const told = await feishu.waitFor(() => feishu.messagesTo(person)[0], { what: 'an explanation' });
  expect(told.text).toContain('outside the "IT 服务台" desk');
  expect(callsFor(person)).toHaveLength(1);
  expect(feishu.callsTo('token')).toHaveLength(tokens);
});

test('154000, a bad body: once more without the appointed agents', async () => {
  feishu.fault({ api: 'start_service', status: 400, code: 154000, times: 1 });
  const person = await ask();
  await linkFor(feishu, person);
  expect(ticketsOf(feishu, person)).toMatchObject([{ agents: [] }]);
});

test('155000 and a broken gateway pass: the link comes when Feishu has recovered', async () => {
  feishu.fault({ api: 'start_service', status: 500, code: 155000, times: 1 });
  feishu.fault({ api: 'start_service', status: 502, body: '<html>bad gateway</html>', times: 1 });
  feishu.fault({ api: 'start_service', drop: 'before', times: 1 });
  const person = await ask();
  await linkFor(feishu, person);
  expect(callsFor(person)).toHaveLength(4);
  expect(feishu.messagesTo(person)).toHaveLength(1);
});

test('a quota that is full is waited for as long as the answer says', async () => {
  feishu.fault({
    api: 'start_service',
    status: 429,
    code: 99991400,
    headers: { 'x-ogw-ratelimit-reset': '2' },
    times: 1,
  });
  const person = await ask();
  await linkFor(feishu, person);
  const [refused, accepted] = callsFor(person);
  expect((accepted?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
});

test('a token that Feishu no longer knows is replaced once, and nobody notices', async () => {
  await linkFor(feishu, await ask());
  feishu.revokeTokens();
  const tokens = feishu.callsTo('token').length;
  const people = await Promise.all([ask(), ask(), ask()]);
  await Promise.all(people.map((person) => linkFor(feishu, person)));
  expect(feishu.callsTo('token').length).toBe(tokens + 1);
});

test('a call that hangs ends after eight seconds and is made again', { timeout: 40_000 }, async () => {
  feishu.fault({ api: 'start_service', hang: true, times: 1 });
  const person = await ask();
  await linkFor(feishu, person, 20_000);
  expect(callsFor(person).map(({ outcome }) => outcome)).toEqual(['abandoned', 'answered']);
});

test('the answer to a message that is gone goes to the person instead', async () => {
  const person = feishu.newPerson();
  const asked = feishu.events.text({ person, text: '转人工' });
  feishu.recall(asked.event.message.message_id);
  await feishu.deliver(asked);
  const answer = await linkFor(feishu, person);
  expect(answer).toMatchObject({ api: 'send' });
  expect(answer.replyTo).toBeUndefined();
});

test('a send that fails is tried again, and shows once even when Feishu had acted', async () => {
  feishu.fault({ api: 'send', status: 400, code: 230020, times: 1 });
  feishu.fault({ api: 'send', drop: 'after', times: 1 });
  const person = feishu.newPerson();
  await feishu.deliver(feishu.events.menu({ person, key: 'human_agent' }));
  await linkFor(feishu, person);
  await until(() => feishu.callsTo('send').filter((call) => call.person === person).length === 3, 'three tries');
  expect(linksFor(feishu, person)).toHaveLength(1);
});

test('a person who cannot be written to is counted, and not tried again', async () => {
  const person = feishu.newPerson();
  feishu.restrict(person, { refuses: 230053 });
  await feishu.deliver(feishu.events.menu({ person, key: 'human_agent' }));
  await until(async () => (await metric(service, 'messages_undelivered_total{code="230053"}')) === 1, 'the count');
  await settle(feishu);
  expect(feishu.messagesTo(person)).toHaveLength(0);
});

test('calls share kept-alive connections and carry both headers', async () => {
  for (const _ of ['one', 'after the other']) await linkFor(feishu, await ask());
  const calls = feishu.callsTo('start_service').filter(({ outcome, scripted }) => outcome === 'answered' && !scripted);
  expect(new Set(calls.map(({ connection }) => connection)).size).toBeLessThan(calls.length);
  const bare = Buffer.from(`${feishu.desk.id}:${feishu.desk.token}`).toString('base64');
  for (const { headers } of calls) expect(headers['x-lark-helpdesk-authorization']).toBe(bare);
});

test('what the agent reads is cut to 1024 characters, and never through a character', async () => {
  const person = await ask(`转人工 ${'𠮷'.repeat(1_200)}`);
  await linkFor(feishu, person);
  const info = ticketsOf(feishu, person)[0]?.customizedInfo ?? '';
  expect(info.length).toBeLessThanOrEqual(1_024);
  expect(info.length).toBeGreaterThan(1_000);
  expect(info.isWellFormed()).toBe(true);
});

test('no secret, no word and no id of a person is logged', async () => {
  const fault = feishu.fault({ api: 'start_service', status: 500, code: 155000, times: 1 });
  const person = await ask('转人工，我的工资单泄密了');
  await linkFor(feishu, person);
  fault.remove();
  const log = JSON.stringify(service.log);
  for (const secret of [feishu.app.secret, feishu.app.encryptKey, feishu.desk.token, '工资单', 't-demo-']) {
    expect(log).not.toContain(secret);
  }
  expect(log).not.toMatch(/\bo[uc]_/);
});

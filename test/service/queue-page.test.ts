import { beforeAll, describe, expect, test } from 'vitest';
import {
  endWithFile,
  linkFor,
  linksFor,
  settle,
  startTogether,
  type Together,
  ticketsOf,
  until,
} from '../support/service.ts';

const PASSWORD = 'open:sesame';
const atEnd = endWithFile();
let reading: Together;
let writing: Together;
beforeAll(async () => {
  const start = (env: Record<string, string>) => startTogether('postgres', { atEnd, env });
  [reading, writing] = await Promise.all([
    start({ OPS_PASSWORD: PASSWORD }),
    start({ OPS_PASSWORD: PASSWORD, OPS_WRITE: '1', LATE_MINUTES: '0' }),
  ]);
});

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

function visit(
  { service }: Together,
  path: string,
  { method = 'GET', authorization = basic('anybody', PASSWORD) } = {},
) {
  return fetch(`${service.ops}/queues${path}`, { method, headers: authorization ? { authorization } : {} });
}

interface Shown {
  readonly id: string;
  readonly data: unknown;
}

async function jobsIn(at: Together, queue: string, status: string): Promise<readonly Shown[]> {
  const answer = await visit(at, `/api/queues?activeQueue=${queue}&status=${status}&page=1&jobsPerPage=50`);
  const { queues } = (await answer.json()) as { queues: { name: string; jobs: Shown[] }[] };
  return queues.find(({ name }) => name === queue)?.jobs ?? [];
}

/** Jobs that fail from now on: other tests leave theirs. */
async function failedFromNow(queue: string): Promise<() => Promise<readonly Shown[]>> {
  const known = new Set((await jobsIn(writing, queue, 'failed')).map(({ id }) => id));
  return async () => (await jobsIn(writing, queue, 'failed')).filter(({ id }) => !known.has(id));
}

test.each([
  ['nothing', ''],
  ['a wrong password', basic('admin', 'wrong')],
  ['the password as user name', basic(PASSWORD, '')],
  ['no pair', `Basic ${Buffer.from('sesame').toString('base64')}`],
  ['another scheme', `Bearer ${PASSWORD}`],
])('whoever brings %s is asked for the password, whatever they want', async (_, authorization) => {
  for (const path of ['', '/', '/api/queues', '/static/main.js', '/nothing']) {
    const answer = await visit(reading, path, { authorization });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Basic');
  }
});

test('whoever knows the password sees the page under any name, and other pages of operations need none', async () => {
  for (const user of ['anybody', '', '运维']) {
    const answer = await visit(reading, '', { authorization: basic(user, PASSWORD) });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('feishu-helpdesk-bot');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
  }
  expect((await fetch(`${reading.service.ops}/healthz`)).status).toBe(200);
  expect((await fetch(`${reading.service.ops}/queuestion`)).status).toBe(404);
});

test('the page shows jobs without what the person wrote, and without their ids', async () => {
  const { feishu } = reading;
  feishu.fault({ api: 'start_service', status: 500, code: 155000, times: 2 });
  const person = feishu.newPerson();
  await feishu.deliver(feishu.events.text({ person, text: '转人工，我的电脑坏了' }));
  const job = async () => (await jobsIn(reading, 'handoff', 'delayed'))[0];
  await until(async () => (await job()) !== undefined, 'the hand-off to wait');
  const text = JSON.stringify(await job());
  expect(text).toContain('(not shown)');
  expect(text).not.toMatch(/电脑|ou_\w|oc_\w/);
  await linkFor(feishu, person);
});

test.each([
  ['PUT', '/api/queues/handoff/pause'],
  ['PUT', '/api/queues/handoff/retry/failed'],
  ['PUT', '/api/queues/handoff/obliterate'],
  ['POST', '/api/queues/handoff/add'],
])('read-only, it refuses %s %s', async (method, path) => {
  const { status } = await visit(reading, path, { method });
  expect([403, 405]).toContain(status);
});

test.each([
  ['POST', '/api/queues/handoff/add'],
  ['PUT', '/api/queues/handoff/obliterate'],
  ['PUT', '/api/queues/handoff/empty'],
  ['PUT', '/api/queues/handoff/clean/failed'],
  ['PUT', '/api/queues/outbox/retry/completed'],
  ['PUT', '/api/queues/outbox/concurrency'],
  ['PATCH', '/api/queues/outbox/some-job/update-data'],
])('with OPS_WRITE it still refuses %s %s, which would break a promise', async (method, path) => {
  expect((await visit(writing, path, { method })).status).toBe(403);
});

describe('a failed hand-off that is run again', () => {
  test('leads to one link and one ticket, however often it is asked for', async () => {
    const { feishu } = writing;
    const person = feishu.newPerson();
    const newlyFailed = await failedFromNow('handoff');
    feishu.fault({ api: 'start_service', status: 401, code: 154001, times: 2 });
    await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
    await feishu.waitFor(() => feishu.messagesTo(person)[0], { what: 'the apology' });
    await until(async () => (await newlyFailed()).length === 1, 'the job to fail');
    const [failed] = await newlyFailed();
    const retry = () => visit(writing, `/api/queues/handoff/${failed?.id}/retry`, { method: 'PUT' });
    expect((await retry()).status).toBe(204);
    await linkFor(feishu, person);
    await until(
      async () => (await jobsIn(writing, 'handoff', 'completed')).some(({ id }) => id === failed?.id),
      'its end',
    );
    expect((await retry()).ok).toBe(false);
    await settle(feishu);
    expect(linksFor(feishu, person)).toHaveLength(1);
    expect(ticketsOf(feishu, person)).toHaveLength(1);
  });

  test('that fails again says nothing twice', async () => {
    const { feishu } = writing;
    const person = feishu.newPerson();
    const newlyFailed = await failedFromNow('handoff');
    feishu.fault({ api: 'start_service', status: 404, code: 154004, times: 2 });
    await feishu.deliver(feishu.events.menu({ person, key: 'human_agent' }));
    const failed = async () => (await newlyFailed()).length;
    await until(async () => (await failed()) === 1, 'the job to fail');
    const calls = feishu.callsTo('start_service').length;
    await visit(writing, '/api/queues/handoff/retry/failed', { method: 'PUT' });
    await feishu.waitFor(() => feishu.callsTo('start_service').length > calls, { what: 'the second try' });
    await until(async () => (await failed()) === 1, 'the job to fail again');
    await settle(feishu);
    expect(feishu.messagesTo(person)).toHaveLength(1);
    expect(ticketsOf(feishu, person)).toEqual([]);
  });

  test('is answered by the chat the person has opened since', async () => {
    const { feishu } = writing;
    const person = feishu.newPerson();
    const newlyFailed = await failedFromNow('handoff');
    feishu.fault({ api: 'start_service', status: 404, code: 154004, times: 1 });
    await feishu.deliver(feishu.events.menu({ person, key: 'human_agent' }));
    await feishu.waitFor(() => feishu.messagesTo(person)[0], { what: 'the apology' });
    await feishu.deliver(feishu.events.menu({ person, key: 'human_agent' }));
    await linkFor(feishu, person);
    await until(async () => (await newlyFailed()).length > 0, 'the job to fail');
    await visit(writing, '/api/queues/handoff/retry/failed', { method: 'PUT' });
    await feishu.waitFor(() => linksFor(feishu, person).length === 2, { what: 'the same link' });
    expect(new Set(linksFor(feishu, person).map(({ links }) => links[0])).size).toBe(1);
    expect(ticketsOf(feishu, person)).toHaveLength(1);
  });
});

test('a failed message that is run again is shown once', async () => {
  const { feishu } = writing;
  const person = feishu.newPerson();
  const newlyFailed = await failedFromNow('outbox');
  feishu.fault({ api: 'send', status: 400, code: 230006, times: 1 });
  await feishu.deliver(feishu.events.menu({ person, key: 'human_agent' }));
  await until(async () => (await newlyFailed()).length === 1, 'the message to fail');
  await visit(writing, '/api/queues/outbox/retry/failed', { method: 'PUT' });
  await linkFor(feishu, person);
  await settle(feishu);
  expect(linksFor(feishu, person)).toHaveLength(1);
});

test('without a password there is no page', async () => {
  const { service } = await startTogether('postgres', { env: { ROLE: 'web' } });
  for (const path of ['/queues', '/queues/', '/queues/api/queues']) {
    expect((await fetch(`${service.ops}${path}`, { headers: { authorization: basic('a', '') } })).status).toBe(404);
  }
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPostgresBackend, Queue } from 'bullmq';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import {
  linkFor,
  linksFor,
  metric,
  openedStores,
  settle,
  simulate,
  startService,
  startTogether,
  storeEnv,
  ticketsOf,
  until,
  untilReady,
} from '../support/service.ts';

/** A Feishu group robot that keeps what it was told. */
async function startRobot(): Promise<{ url: string; told: string[] }> {
  const told: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const bytes of request) body += bytes;
    told.push((JSON.parse(body) as { content: { text: string } }).content.text);
    response.setHeader('content-type', 'application/json').end('{"code":0}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, told };
}

describe.each(openedStores())('on %s', (store) => {
  test('a hundred asks at once go to two workers, which call one after another as the quota wants; one chat each', async () => {
    const feishu = await simulate({ latencyMs: 30 });
    const env = { ...feishu.env, ...(await storeEnv(store)) };
    const [web] = await Promise.all([
      startService({ ...env, ROLE: 'web' }),
      startService({ ...env, ROLE: 'worker' }),
      startService({ ...env, ROLE: 'worker' }),
    ]);
    feishu.webhook = web.webhook;
    await untilReady(web);
    const people = Array.from({ length: 100 }, () => feishu.newPerson());
    await Promise.all(people.map((person) => feishu.deliver(feishu.events.text({ person, text: '转人工' }))));
    await Promise.all(people.map((person) => linkFor(feishu, person, 15_000)));
    // How far apart they arrive is up to a busy machine; that they were spread at all is not.
    const times = feishu.callsTo('start_service').map(({ at }) => at);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(2_000);
    for (const person of people) expect(ticketsOf(feishu, person)).toHaveLength(1);
  });
});

test('a quota refusal pauses everyone, and not longer than it says', async () => {
  const { feishu } = await startTogether('postgres');
  feishu.fault({
    api: 'start_service',
    status: 429,
    code: 99991400,
    headers: { 'x-ogw-ratelimit-reset': '2' },
    times: 1,
  });
  const people = [feishu.newPerson(), feishu.newPerson(), feishu.newPerson()];
  await feishu.deliver(feishu.events.text({ person: people[0] ?? '', text: '转人工' }));
  await feishu.waitFor(() => feishu.callsTo('start_service')[0]?.status === 429);
  await Promise.all(people.slice(1).map((person) => feishu.deliver(feishu.events.text({ person, text: '转人工' }))));
  await Promise.all(people.map((person) => linkFor(feishu, person)));
  const [refused, ...accepted] = feishu.callsTo('start_service');
  expect(accepted).toHaveLength(3);
  for (const { at } of accepted) expect(at - (refused?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
});

test('a call whose answer was lost is followed up: the chat that Feishu told of by event is used', async () => {
  const { feishu, service } = await startTogether('postgres');
  feishu.fault({ api: 'start_service', drop: 'after', times: 1 });
  const person = feishu.newPerson();
  await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
  const ticket = await feishu.waitFor(() => ticketsOf(feishu, person)[0]);
  await feishu.deliver(
    feishu.events.other('helpdesk.ticket.created_v1', {
      ticket_id: ticket.ticketId,
      chat_id: ticket.chatId,
      channel: 9,
      created_at: ticket.at,
      guest: { id: { open_id: person } },
    }),
  );
  const link = await linkFor(feishu, person);
  expect(link.links[0]).toContain(ticket.chatId);
  expect(ticketsOf(feishu, person)).toHaveLength(1);
  expect(await metric(service, 'handoff_ambiguous_total{found="chat"}')).toBe(1);
});

test('where no event tells of it, the list of tickets does', async () => {
  const { feishu, service } = await startTogether('postgres');
  feishu.fault({ api: 'start_service', drop: 'after', times: 1 });
  const person = feishu.newPerson();
  await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
  await linkFor(feishu, person);
  expect(ticketsOf(feishu, person)).toHaveLength(1);
  expect(await metric(service, 'handoff_ambiguous_total{found="chat"}')).toBe(1);
});

test('where neither may be asked, the call is made again, and counted', async () => {
  const { feishu, service } = await startTogether('postgres');
  feishu.fault({ api: 'start_service', drop: 'after', times: 1 });
  feishu.fault({ api: 'tickets', status: 400, code: 99991672, times: 1 });
  const person = feishu.newPerson();
  await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
  await linkFor(feishu, person);
  expect(ticketsOf(feishu, person)).toHaveLength(2);
  expect(await metric(service, 'handoff_ambiguous_total{found="unknown"}')).toBe(1);
});

test('while Feishu keeps failing, calls become rare, and the first success opens the way', async () => {
  const { feishu } = await startTogether('postgres');
  const outage = feishu.fault({ api: 'start_service', status: 500, code: 155000, times: 1_000 });
  const people = Array.from({ length: 30 }, () => feishu.newPerson());
  await Promise.all(people.map((person) => feishu.deliver(feishu.events.text({ person, text: '转人工' }))));
  await feishu.waitFor(() => feishu.callsTo('start_service').length >= 8);
  // Time is what is tested: in these three seconds thirty jobs would make far more calls on their own.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(feishu.callsTo('start_service').length).toBeLessThan(45);
  outage.remove();
  await Promise.all(people.map((person) => linkFor(feishu, person, 25_000)));
});

test('giving up tells the person once, and operations once for each cause, without personal data', async () => {
  const robot = await startRobot();
  const { feishu, service } = await startTogether('postgres', { env: { ALERT_WEBHOOK: robot.url } });
  feishu.fault({ api: 'start_service', status: 401, code: 154001, times: 4 });
  feishu.fault({ api: 'start_service', status: 400, code: 99991403, times: 1 });
  const people = [feishu.newPerson(), feishu.newPerson(), feishu.newPerson()];
  for (const person of people) {
    await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
    await feishu.waitFor(() => feishu.messagesTo(person).length === 1);
  }
  await until(
    async () => (await metric(service, 'handoffs_total{outcome="refused_failed",source="message"}')) === 3,
    'three failures',
  );
  expect(robot.told).toHaveLength(2);
  expect(robot.told[0]).toContain('FEISHU_HELPDESK_TOKEN');
  expect(robot.told[1]).toContain('monthly');
  for (const person of people) expect(robot.told.join()).not.toContain(person);
});

test('when the monthly quota is used up, nobody calls any more for a while', async () => {
  const { feishu } = await startTogether('postgres');
  feishu.fault({ api: 'start_service', status: 429, code: 99991403, times: 1 });
  for (const person of [feishu.newPerson(), feishu.newPerson()]) {
    await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
    await feishu.waitFor(() => feishu.messagesTo(person).length === 1);
  }
  expect(feishu.callsTo('start_service')).toHaveLength(1);
});

test('a job written by an earlier release is worked on; an unreadable one is kept and not tried again', async () => {
  const { feishu, service, env } = await startTogether('postgres');
  const schema = `helpdesk_${feishu.app.id}`;
  const queue = new Queue(
    'handoff',
    { connection: { connectionString: inject('postgresUrl'), schema } },
    createPostgresBackend,
  );
  onTestFinished(() => queue.close());
  const person = feishu.newPerson();
  // The first release's job, as it stood in the queue.
  const first = {
    v: 1,
    eventId: 'e1',
    ask: { person, at: Date.now(), source: 'menu', menuKey: 'human_agent' },
    tries: 0,
  };
  await queue.add('handoff', first, { jobId: 'h00000000000000000000000000000001' });
  await linkFor(feishu, person);
  await queue.add(
    'handoff',
    { v: 99, nonsense: true },
    { jobId: 'h00000000000000000000000000000002', attempts: 1_000 },
  );
  await until(
    async () => (await queue.getJobState('h00000000000000000000000000000002')) === 'failed',
    'the job to fail',
  );
  await settle(feishu);
  expect(env).toBeDefined();
  expect(service.log.filter(({ msg }) => msg === 'job failed unexpectedly')).toHaveLength(1);
  expect(linksFor(feishu, person)).toHaveLength(1);
});

test('what a person wrote leaves the job when the job ends, well or not', async () => {
  const { feishu } = await startTogether('postgres');
  const connection = { connectionString: inject('postgresUrl'), schema: `helpdesk_${feishu.app.id}` };
  const queue = new Queue('handoff', { connection }, createPostgresBackend);
  onTestFinished(() => queue.close());
  await feishu.deliver(feishu.events.text({ person: feishu.newPerson(), text: '打印机坏了，转人工' }));
  await until(async () => (await queue.getJobCounts('completed')).completed === 1, 'the hand-off to be done');
  feishu.fault({ api: 'start_service', status: 404, code: 154004, times: 1 });
  await feishu.deliver(feishu.events.text({ person: feishu.newPerson(), text: '打印机坏了，转人工' }));
  await until(async () => (await queue.getJobCounts('failed')).failed === 1, 'the other to fail');
  const ended = await queue.getJobs(['completed', 'failed']);
  expect(ended).toHaveLength(2);
  expect(
    JSON.stringify(ended.map(({ data, failedReason, stacktrace }) => [data, failedReason, stacktrace])),
  ).not.toContain('打印机');
});

test('a second signal ends it at once', async () => {
  const { feishu, service } = await startTogether('postgres');
  feishu.fault({ api: 'start_service', hang: true, times: 1 });
  await feishu.deliver(feishu.events.text({ person: feishu.newPerson(), text: '转人工' }));
  await feishu.waitFor(() => feishu.callsTo('start_service').length === 1);
  const ended = service.stop('SIGTERM');
  await until(() => service.log.some(({ msg }) => msg === 'stopping'), 'the first signal to be heard');
  service.process.kill('SIGTERM');
  expect(await ended).toBe(1);
});

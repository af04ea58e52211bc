import { beforeAll, expect, inject, test } from 'vitest';
import type { Program } from '../../demo/program.ts';
import type { Simulator } from '../../simulator/index.ts';
import { startProxy, type Wire } from '../support/proxy.ts';
import { endWithFile, linkFor, metric, simulate, startService, until, untilReady } from '../support/service.ts';

let feishu: Simulator;
let service: Program;
let wire: Wire;
const atEnd = endWithFile();
beforeAll(async () => {
  const store = new URL(inject('postgresUrl'));
  wire = await startProxy({ host: store.hostname, port: Number(store.port) });
  atEnd(() => wire.close());
  store.port = `${wire.port}`;
  feishu = await simulate({}, atEnd);
  service = await startService({ ...feishu.env, QUEUE_URL: store.href }, { atEnd });
  feishu.webhook = service.webhook;
  await untilReady(service);
});

const scrape = async () => (await fetch(`${service.ops}/metrics`)).text();

test.each([
  'feishu_events_total{kind="message",outcome="duplicate"}',
  ...['signature', 'token', 'app', 'plain', 'stale', 'unreadable', 'size'].map(
    (reason) => `feishu_events_total{kind="unknown",outcome="rejected_${reason}"}`,
  ),
  'feishu_events_total{kind="unknown",outcome="unavailable"}',
  'feishu_ack_seconds_count',
  'handoff_seconds_bucket{le="5"}',
  'handoffs_total{outcome="refused_no_access",source="menu"}',
  'feishu_api_requests_total{api="token",code="0"}',
  'feishu_api_requests_total{api="bot_info",code="0"}',
  'feishu_api_seconds_count{api="bot_info"}',
  'feishu_quota_waits_total',
  'bullmq_job_count{queue="handoff",state="waiting"}',
  'bullmq_job_count{queue="outbox",state="failed"}',
  'queue_oldest_job_seconds{queue="handoff"}',
  'process_cpu_seconds_total',
])('%s is there before its first count', async (series) => {
  await until(async () => (await scrape()).includes(`${series} `), series);
});

test('one event counts as accepted once and then as a duplicate, and never labels a series with an id', async () => {
  const count = (outcome: string) => metric(service, `feishu_events_total{kind="menu",outcome="${outcome}"}`);
  const before = { accepted: await count('accepted'), duplicate: await count('duplicate') };
  const person = feishu.newPerson();
  const click = feishu.events.menu({ person, key: 'human_agent' });
  for (let times = 0; times < 3; times += 1) await feishu.deliver(click);
  await linkFor(feishu, person);
  expect({ accepted: await count('accepted'), duplicate: await count('duplicate') }).toEqual({
    accepted: before.accepted + 1,
    duplicate: before.duplicate + 2,
  });
  await until(
    async () => (await metric(service, 'bullmq_job_count{queue="handoff",state="completed"}')) > 0,
    'a count',
  );
  expect(await scrape()).not.toMatch(/ou_|oc_|om_|cli_/);
});

test('while the store is silent the numbers come without those of the queues', async () => {
  wire.freeze();
  const text = await scrape();
  wire.mend();
  expect(text).toContain('feishu_events_total');
  expect(text).not.toMatch(/^(bullmq_job_count|queue_oldest_job_seconds)\{/m);
  await until(async () => (await scrape()).includes('bullmq_job_count{queue="handoff"'), 'the queues to be seen again');
  await untilReady(service);
});

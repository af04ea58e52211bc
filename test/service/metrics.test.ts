import { readFileSync } from 'node:fs';
import { beforeAll, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
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
  // A code that is alerted on, where it does no harm: the question is asked again.
  feishu.fault({ api: 'bot_info', status: 400, code: 99991403 });
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

/** Names and label values of an expression: `{ metric, label, values }` for each matcher, without values where it excludes. */
function usesOf(expression: string) {
  const bare = expression.replace(/\bby\s*\([^)]*\)/g, ' ');
  const metrics = bare.replace(/\{[^}]*\}|\[[^\]]*\]/g, '').matchAll(/\b[a-z_]\w*\b(?!\s*\()/g);
  const names = [...metrics].map(([name]) => name);
  const matchers = [...bare.matchAll(/([a-z_]\w*)\{([^}]*)\}/g)].flatMap(([, metric = '', inside = '']) =>
    [...inside.matchAll(/(\w+)(=~|=|!=|!~)"([^"]*)"/g)]
      .filter(([, label]) => label !== 'job')
      .map(([, label = '', sign, value = '']) => ({ metric, label, value: sign?.startsWith('!') ? undefined : value })),
  );
  const grouped = [...expression.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
  return { names, matchers, grouped };
}

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}
interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
}

const { groups } = parse(readFileSync('deploy/alerts.yaml', 'utf8')) as Rules;
const { panels } = JSON.parse(readFileSync('deploy/grafana-dashboard.json', 'utf8')) as Dashboard;
const expressions = [
  ...groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr] as const)),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
];

test('alerts and dashboard use no metric, label or value that the service does not export', async () => {
  const person = feishu.newPerson();
  feishu.restrict(person, { refuses: 230053 });
  await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
  await until(async () => (await metric(service, 'messages_undelivered_total{code="230053"}')) > 0, 'the count');
  const series = (await scrape()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const exported = (name: string) =>
    series.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const unknown = expressions.flatMap(([where, expression]) => {
    const { names, matchers, grouped } = usesOf(expression);
    expect(names, where).not.toEqual([]);
    const labels = grouped.filter(
      (label) => !names.some((name) => exported(name).some((line) => line.includes(`${label}="`))),
    );
    const values = matchers.filter(({ metric: name, label, value }) => {
      const pattern = new RegExp(`[{,]${label}="(?:${value ?? '[^"]*'})"`);
      return !exported(name).some((line) => pattern.test(line));
    });
    const missing = names.filter((name) => exported(name).length === 0);
    return [...missing, ...labels, ...values].map((what) => ({ where, what }));
  });
  expect(unknown).toEqual([]);
});

test('each alternative of a matcher is a value of its own', async () => {
  const text = await scrape();
  const alternatives = expressions.flatMap(([, expression]) =>
    usesOf(expression).matchers.flatMap(({ metric: name, label, value }) =>
      (value ?? '').split('|').flatMap((each) => (each ? [{ name, label, each }] : [])),
    ),
  );
  const missing = alternatives.filter(
    ({ name, label, each }) => !new RegExp(`^${name}\\{[^}]*${label}="${each}"`, 'm').test(text),
  );
  expect(missing).toEqual([]);
});

import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import type { Simulator, SimulatorOptions } from '../simulator/index.ts';
import type { Finding } from '../src/doctor/finding.ts';
import { runDoctor } from '../src/doctor.ts';
import type { Ledger } from '../src/ledger.ts';
import type { Sight } from '../src/sightings.ts';
import { openPostgres } from '../src/store/postgres.ts';
import { adviseOnPostgres } from '../src/store/postgres-advice.ts';
import { ownRedis, ownStores } from './stores/servers.ts';
import { endWithFile, linkFor, simulate, startTogether, temporaryFolder } from './support/service.ts';

interface Report {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

async function examine(environment: Record<string, string>): Promise<Report & { readonly code: number }> {
  const { stdout, text } = capture();
  const code = await runDoctor({ args: ['--json'], environment, stdout });
  return { code, ...(JSON.parse(text()) as Report) };
}

/** A terminal that remembers. */
function capture() {
  const written: string[] = [];
  return { stdout: { isTTY: true, write: (words: string) => written.push(words) }, text: () => written.join('') };
}

const isWrong = ({ findings }: Report) => findings.filter(({ verdict }) => verdict === 'wrong');

/** A Feishu, and the environment of a bot on the shared PostgreSQL. */
async function tenant(options: SimulatorOptions = {}): Promise<{ feishu: Simulator; env: Record<string, string> }> {
  const feishu = await simulate(options);
  return { feishu, env: { ...feishu.env, QUEUE_URL: inject('postgresUrl') } };
}

/** The same, and the service has seen these things. */
async function tenantThatSaw(...sights: readonly Sight[]): Promise<Record<string, string>> {
  const { feishu, env } = await tenant();
  const ledger = await ledgerOf(feishu.app.id);
  for (const sight of sights) {
    await ledger.see(sight, 60_000);
    // One after the other, by the clock they are noted with.
    const now = Date.now();
    while (Date.now() === now) await new Promise((resolve) => setImmediate(resolve));
  }
  return env;
}

async function ledgerOf(appId: string): Promise<Ledger> {
  const store = openPostgres({ connectionString: inject('postgresUrl') }, { namespace: appId, onError: () => {} });
  onTestFinished(() => store.close());
  await store.ready;
  return store.ledger;
}

test('everything well: a line each, no ticket, no message, and no call made twice', async () => {
  const env = await tenantThatSaw('event:message', 'menu:wanted');
  const { feishu, env: other } = await tenant();
  const { ok, code, findings } = await examine({ ...env, HOSTNAME: 'a-machine', LOGNAME: 'somebody' });
  expect(findings[0]?.says).toContain(`${Object.keys(env).length} variables set`);
  expect(findings.map(({ check, verdict }) => [check, verdict])).toEqual(
    [
      'environment',
      'Feishu',
      'clock',
      'app credentials',
      'bot',
      'scopes',
      'service desk',
      'queue',
      'events',
      'menu keys',
    ].map((check) => [check, 'well']),
  );
  expect([ok, code]).toEqual([true, 0]);
  await examine(other);
  expect(feishu.calls.map(({ api }) => api).sort()).toEqual(['bot_info', 'scopes', 'tickets', 'token']);
});

test('faults of the environment are a line each, with the place in the console, and nobody is asked', async () => {
  const { feishu, env } = await tenant();
  const { FEISHU_APP_SECRET: _, ...rest } = env;
  const report = await examine({ ...rest, FEISHU_ENCRYPT_KEY_FILE: '/nowhere', PORT: 'high' });
  expect(report.code).toBe(1);
  expect(report.findings).toEqual([
    expect.objectContaining({
      verdict: 'wrong',
      variable: 'FEISHU_ENCRYPT_KEY_FILE',
      mend: expect.stringContaining('加密策略'),
    }),
    expect.objectContaining({ variable: 'FEISHU_APP_SECRET', mend: expect.stringContaining('凭证与基础信息') }),
    expect.objectContaining({ variable: 'PORT' }),
  ]);
  expect(feishu.calls).toEqual([]);
});

const CREDENTIALS = expect.stringContaining('Credentials & Basic Info');
test.each<[string, SimulatorOptions, Record<string, string>, Partial<Finding>]>([
  [
    'a wrong App Secret',
    {},
    { FEISHU_APP_SECRET: 'another' },
    { check: 'app credentials', variable: 'FEISHU_APP_SECRET', mend: CREDENTIALS },
  ],
  [
    'an unknown App ID',
    {},
    { FEISHU_APP_ID: 'cli_another' },
    { check: 'app credentials', variable: 'FEISHU_APP_ID', mend: CREDENTIALS },
  ],
  [
    'an address where nobody answers',
    {},
    { FEISHU_API_URL: 'http://127.0.0.1:1' },
    { check: 'Feishu', variable: 'FEISHU_API_URL' },
  ],
  ['a clock ahead', { now: () => Date.now() - 60_000 }, {}, { check: 'clock', says: '60 s ahead of Feishu’s' }],
  ['a clock behind', { now: () => Date.now() + 60_000 }, {}, { check: 'clock', says: '60 s behind Feishu’s' }],
  ['a bot that is off', { app: { botStatus: 1 } }, {}, { check: 'bot', mend: expect.stringContaining('机器人') }],
  [
    'a wrong desk token',
    {},
    { FEISHU_HELPDESK_TOKEN: 'another' },
    {
      check: 'service desk',
      variable: 'FEISHU_HELPDESK_TOKEN, FEISHU_HELPDESK_ID',
      mend: expect.stringContaining('服务台管理后台'),
    },
  ],
  [
    'no scope to answer',
    { app: { scopes: ['im:message.p2p_msg', 'im:message.group_at_msg', 'helpdesk:helpdesk:access', 'helpdesk:all'] } },
    {},
    {
      check: 'scopes',
      says: 'im:message:send_as_bot is missing (to answer)',
      mend: expect.stringContaining('权限管理'),
    },
  ],
  [
    'a store that is away',
    {},
    { QUEUE_URL: 'postgres://u:demo-password@127.0.0.1:1/x' },
    { check: 'queue', variable: 'QUEUE_URL', says: expect.stringContaining('ECONNREFUSED') },
  ],
])('%s is wrong, and nothing else is', async (_, options, faulty, finding) => {
  const { env } = await tenant(options);
  const report = await examine({ ...env, ...faulty });
  expect(report).toMatchObject({ ok: false, code: 1 });
  expect(isWrong(report)).toEqual([expect.objectContaining(finding)]);
  expect(JSON.stringify(report)).not.toMatch(/demo-password|demo-app-secret|demo-helpdesk-token|t-demo-/);
});

test('an app without a bot is told so', async () => {
  const { feishu, env } = await tenant();
  feishu.fault({ api: 'bot_info', status: 200, body: '{"code":0,"bot":{}}' });
  expect(isWrong(await examine(env))).toEqual([expect.objectContaining({ check: 'bot', says: 'the app has no bot' })]);
});

describe('where the app may not read tickets', () => {
  const scopes = ['im:message.p2p_msg', 'im:message.group_at_msg', 'im:message', 'helpdesk:helpdesk:access'];

  test('the desk is asked by a request that is refused for its body, and no ticket is opened', async () => {
    const { feishu, env } = await tenant({ app: { scopes } });
    const report = await examine(env);
    expect(isWrong(report)).toEqual([]);
    expect(report.findings.find(({ check }) => check === 'service desk')).toMatchObject({ verdict: 'well' });
    expect(report.findings.find(({ check }) => check === 'scopes')?.says).toContain('with helpdesk:all:readonly');
    expect(feishu.tickets).toEqual([]);
    expect(isWrong(await examine({ ...env, FEISHU_HELPDESK_TOKEN: 'another' }))).toMatchObject([
      { check: 'service desk' },
    ]);
  });

  test('nor open chats, both the scopes and the desk say so', async () => {
    const { env } = await tenant({ app: { scopes: scopes.slice(0, 3) } });
    const missing = { verdict: 'wrong', says: expect.stringContaining('helpdesk:helpdesk:access is missing') };
    expect(isWrong(await examine(env))).toMatchObject([
      { check: 'scopes', ...missing },
      { check: 'service desk', ...missing },
    ]);
  });
});

test('what cannot be told fails nothing: Feishu in trouble, scopes not told, nothing seen', async () => {
  const { feishu, env } = await tenant();
  feishu.fault({ api: 'bot_info', status: 502, body: 'bad gateway' });
  feishu.fault({ api: 'scopes', status: 400, code: 212100 });
  feishu.fault({ api: 'tickets', drop: 'before' });
  const { code, findings } = await examine(env);
  const unsure = findings.filter(({ verdict }) => verdict === 'could not tell').map(({ check }) => check);
  expect(unsure).toEqual(['bot', 'scopes', 'service desk', 'events', 'menu keys']);
  expect(code).toBe(0);
});

test.each<[Sight, string]>([
  ['rejected_signature', 'FEISHU_ENCRYPT_KEY'],
  ['rejected_plain', 'FEISHU_ENCRYPT_KEY'],
  ['rejected_token', 'FEISHU_VERIFICATION_TOKEN'],
  ['rejected_app', 'FEISHU_APP_ID'],
])('deliveries that were all %s point to %s; one that is taken settles it', async (sight, variable) => {
  expect(isWrong(await examine(await tenantThatSaw(sight)))).toMatchObject([{ check: 'events', variable }]);
  expect(isWrong(await examine(await tenantThatSaw(sight, 'event:message')))).toEqual([]);
});

test('refusals after the last event fail nothing, since anybody may knock, and are told', async () => {
  const { findings } = await examine(await tenantThatSaw('event:message', 'rejected_token'));
  expect(findings.find(({ check }) => check === 'events')).toMatchObject({
    verdict: 'could not tell',
    variable: 'FEISHU_VERIFICATION_TOKEN',
  });
});

test.each([
  [{ version: 130_010, read_only: false, may_write: true }, /older than 14/],
  [{ version: 180_004, read_only: true, may_write: true }, /takes no writes/],
  [{ version: 180_004, read_only: false, may_write: false }, /may not create a schema/],
])('a PostgreSQL of %j is advised on', (facts, sentence) => {
  expect(adviseOnPostgres(facts)).toEqual([{ level: 'error', sentence: expect.stringMatching(sentence) }]);
});

test('a last click with no key of ours points to the menu', async () => {
  const report = await examine(await tenantThatSaw('event:menu', 'menu:unknown'));
  expect(isWrong(report)).toMatchObject([{ check: 'menu keys', variable: 'FEISHU_HANDOFF_MENU_KEYS' }]);
  expect(isWrong(await examine(await tenantThatSaw('menu:unknown', 'menu:wanted')))).toEqual([]);
});

test.runIf(ownStores.some((store) => store === 'redis'))('a Redis that throws keys away is wrong', async () => {
  const redis = await ownRedis(onTestFinished, ['--maxmemory-policy', 'allkeys-lru']);
  const { env } = await tenant();
  const report = await examine({ ...env, QUEUE_URL: redis.url });
  expect(isWrong(report)).toMatchObject([{ check: 'queue', says: expect.stringContaining('noeviction') }]);
  await redis.admin.config('SET', 'maxmemory-policy', 'noeviction');
  expect(isWrong(await examine({ ...env, QUEUE_URL: redis.url }))).toEqual([]);
});

describe('on the embedded store', () => {
  let together: Awaited<ReturnType<typeof startTogether>>;
  const atEnd = endWithFile();
  beforeAll(async () => {
    together = await startTogether('embedded', { atEnd });
  });

  test('the store of the running service is looked at, and what it saw is known', async () => {
    const { feishu, env } = together;
    const person = feishu.newPerson();
    await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
    await feishu.deliver(feishu.events.menu({ person, key: 'human_agent' }));
    await linkFor(feishu, person);
    const { findings } = await examine(env);
    const says = (name: string) => findings.find(({ check }) => check === name);
    expect(says('queue')).toMatchObject({ verdict: 'well', says: 'the embedded PostgreSQL answers.' });
    expect(says('events')).toMatchObject({ verdict: 'well', says: 'last menu click just now, message just now' });
    expect(says('menu keys')).toMatchObject({ verdict: 'well' });
  });

  test('without a service it cannot be told', async () => {
    const { feishu } = together;
    const { findings } = await examine({ ...feishu.env, DATA_DIR: await temporaryFolder() });
    expect(findings.find(({ check }) => check === 'queue')).toMatchObject({ verdict: 'could not tell' });
  });
});

test('at a terminal each finding is a line with a mark, in colours unless NO_COLOR is set', async () => {
  const { env } = await tenant({ app: { botStatus: 1 } });
  const print = async (environment: Record<string, string>) => {
    const { stdout, text } = capture();
    await runDoctor({ args: [], environment, stdout });
    return text();
  };
  const plain = await print({ ...env, NO_COLOR: '1' });
  expect(plain).toMatch(/✓ app credentials {2}Feishu knows cli_\w+ and its secret\n {2}✗ bot /);
  expect(plain).toMatch(/→ 开发者后台 › .*机器人/);
  expect(plain).not.toContain('\u001b');
  expect(await print(env)).toContain('\u001b[31m✗');
});

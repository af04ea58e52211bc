import { describe, expect, onTestFinished, test } from 'vitest';
import { adviseOnRedis } from '../../src/store/redis-advice.ts';
import { openStore } from '../../src/store.ts';
import { startProxy } from '../support/proxy.ts';
import { linkFor, linksFor, simulate, startService, ticketsOf, until, untilReady } from '../support/service.ts';
import { ownRedis, ownStores } from './servers.ts';

async function startOn(queueUrl: string) {
  const feishu = await simulate();
  const service = await startService({ ...feishu.env, QUEUE_URL: queueUrl });
  feishu.webhook = service.webhook;
  await untilReady(service);
  return { feishu, service };
}

describe.runIf(ownStores.some((store) => store === 'redis'))('on a Redis', () => {
  test('that became a read-only replica: 503, and after the failover the job in hand goes on with its one chat', async () => {
    const [old, next] = await Promise.all([ownRedis(onTestFinished), ownRedis(onTestFinished)]);
    const wire = await startProxy({ host: '127.0.0.1', port: old.port });
    onTestFinished(() => wire.close());
    const { feishu } = await startOn(`redis://127.0.0.1:${wire.port}`);
    await next.admin.replicaof('127.0.0.1', old.port);
    await until(async () => (await next.admin.info('replication')).includes('master_link_status:up'), 'replication');

    const inHand = feishu.newPerson();
    feishu.fault({ api: 'start_service', delayMs: 1_000, times: 1 });
    await feishu.deliver(feishu.events.text({ person: inHand, text: '转人工' }));
    await feishu.waitFor(() => feishu.callsTo('start_service').length === 1);
    // Redis copies to its replica after it has answered; what a failover cuts off there nobody can bring back.
    await old.admin.set('fence', '');
    await old.admin.wait(1, 10_000);
    await next.admin.replicaof('NO', 'ONE');
    await old.admin.replicaof('127.0.0.1', next.port);

    const person = feishu.newPerson();
    const asked = feishu.events.text({ person, text: '转人工' });
    expect(await feishu.deliver(asked)).toMatchObject({ status: 503 });
    await feishu.waitFor(() => ticketsOf(feishu, inHand).length === 1);
    // Connections of before stay at the old master, as they do when only the address changes.
    wire.lead({ host: '127.0.0.1', port: next.port });
    await until(async () => (await feishu.deliver(asked)).status === 200, 'the door to open again');
    // The job in hand comes back when its lock has lapsed.
    await Promise.all([linkFor(feishu, person), linkFor(feishu, inHand, 20_000)]);
    expect(ticketsOf(feishu, inHand)).toHaveLength(1);
    expect(linksFor(feishu, inHand)).toHaveLength(1);
  });

  test('that may throw keys away or forget them, the operator is told at the start, once, and how to change it', async () => {
    const redis = await ownRedis(onTestFinished, ['--maxmemory-policy', 'allkeys-lru']);
    const told: [level: string, sentence: string][] = [];
    const tell = (level: string) => (sentence: unknown) => void told.push([level, String(sentence)]);
    const log = { info: tell('info'), warn: tell('warn'), error: tell('error') };
    const place = { queueUrl: redis.url, dataDir: '', app: { appId: 'cli_test', appSecret: '', apiUrl: '' } };
    const store = await openStore(place, log, new AbortController().signal);
    onTestFinished(() => store.close());
    await store.ready;
    await until(() => told.length > 1, 'advice');
    await redis.admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await expect.poll(() => store.ping().then(() => 'there again')).toBe('there again');
    expect(told.filter(([, sentence]) => sentence.startsWith('Redis '))).toEqual([
      ['error', expect.stringMatching(/allkeys-lru.*Set maxmemory-policy to noeviction/)],
      ['warn', expect.stringMatching(/append-only.*Set appendonly to yes/)],
    ]);
  });
});

test.each([
  ['maxmemory_policy:noeviction\r\naof_enabled:1\r\n', []],
  ['maxmemory_policy:volatile-lru\r\naof_enabled:1\r\n', ['error']],
  ['maxmemory_policy:noeviction\r\naof_enabled:0\r\n', ['warn']],
  ['redis_version:7.2.0\r\n', ['info', 'info']],
  ['redis_mode:cluster\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n', ['error']],
])('what a Redis tells of itself becomes advice of the right weight: %j', (info, levels) => {
  expect(adviseOnRedis(info, 'server').map(({ level }) => level)).toEqual(levels);
});

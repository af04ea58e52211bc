import { describe, expect, onTestFinished, test } from 'vitest';
import { openRedis } from '../../src/store/redis.ts';
import { linkFor, linksFor, simulate, startService, ticketsOf, until, untilReady } from '../support/service.ts';
import { clusterGroup, hasRedisCli, sentinelGroup } from './redis-groups.ts';
import { freePort } from './servers.ts';

if (!hasRedisCli)
  console.warn('\nSKIPPED: Redis behind sentinels and as a cluster. They need redis-server and redis-cli.\n');

describe.runIf(hasRedisCli).each([
  ['behind sentinels', () => sentinelGroup(onTestFinished)],
  ['as a cluster', (appId: string) => clusterGroup(appId, onTestFinished)],
])('on Redis %s', (_, startGroup) => {
  test('a killed master is replaced: 503 until then, and the job in hand goes on with its one chat', {
    timeout: 60_000,
  }, async () => {
    const feishu = await simulate();
    const group = await startGroup(feishu.app.id);
    const service = await startService({ ...feishu.env, QUEUE_URL: group.url });
    feishu.webhook = service.webhook;
    await untilReady(service);
    const [before, inHand, after] = [feishu.newPerson(), feishu.newPerson(), feishu.newPerson()];
    await feishu.deliver(feishu.events.text({ person: before, text: '转人工' }));
    await linkFor(feishu, before);

    feishu.fault({ api: 'start_service', delayMs: 1_000, times: 1 });
    await feishu.deliver(feishu.events.text({ person: inHand, text: '转人工' }));
    await feishu.waitFor(() => feishu.callsTo('start_service').length === 2);
    await group.copied();
    await group.master.kill();
    const asked = feishu.events.text({ person: after, text: '转人工' });
    expect(await feishu.deliver(asked)).toMatchObject({ status: 503 });
    await group.promoted();
    await until(async () => (await feishu.deliver(asked)).status === 200, 'the door to open again');
    await Promise.all([linkFor(feishu, after), linkFor(feishu, inHand, 20_000)]);
    expect([ticketsOf(feishu, inHand).length, linksFor(feishu, inHand).length]).toEqual([1, 1]);
    // What the master knew, its replacement knows.
    await feishu.deliver(feishu.events.text({ person: before, text: '转人工' }));
    await until(() => linksFor(feishu, before).length === 2, 'the second answer');
    expect(ticketsOf(feishu, before)).toHaveLength(1);
    await untilReady(service);
  });
});

describe.runIf(hasRedisCli)('an address that leads nowhere is told by what is wrong', () => {
  const troubleWith = (url: string, part: string) =>
    new Promise<void>((resolve) => {
      const told = ({ message }: Error) => message.includes(part) && resolve();
      const store = openRedis(url, { namespace: 'cli_test', onError: told });
      onTestFinished(() => store.close());
    });

  test('a master that no sentinel knows', async () => {
    const { url } = await sentinelGroup(onTestFinished);
    await troubleWith(url.replace('/desk/', '/other/'), 'knows no master of the name');
  });

  test('a cluster of which no node answers', async () => {
    await troubleWith(
      `redis+cluster://127.0.0.1:${await freePort()}`,
      'no node of the Redis cluster in QUEUE_URL answers',
    );
  });
});

import { randomBytes } from 'node:crypto';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import type { Ask, OpenId } from '../src/bot.ts';
import { createQueues, type Queues } from '../src/queue.ts';
import { openPostgres } from '../src/store/postgres.ts';
import { openRedis } from '../src/store/redis.ts';
import { storesHere, until } from './support/service.ts';

const ASK: Ask = { person: 'ou_1' as OpenId, at: 1, source: 'message', text: '转人工' };
const EVENT = { eventId: 'e1', identity: 'om_1' };

async function openQueues(store: 'redis' | 'postgres'): Promise<Queues> {
  const appId = `cli_${randomBytes(8).toString('hex')}`;
  const options = { namespace: appId, onError: () => {} };
  const opened =
    store === 'redis'
      ? openRedis(inject('redisUrl') ?? '', options)
      : openPostgres({ connectionString: inject('postgresUrl') }, options);
  onTestFinished(() => opened.close());
  const queues = createQueues({ store: opened, appId });
  onTestFinished(() => queues.close());
  await until(() => queues.open(), 'the queues to be open');
  return queues;
}

describe.each(storesHere().filter((store) => store !== 'embedded'))('on %s', (store) => {
  test('an ask written before is known again, under another event id too, and of many at once one is new', async () => {
    const queues = await openQueues(store);
    const first = await Promise.all(Array.from({ length: 10 }, () => queues.handoff(EVENT, ASK)));
    expect(first.filter((isNew) => isNew)).toHaveLength(1);
    expect(await queues.handoff({ ...EVENT, eventId: 'e2' }, ASK)).toBe(false);
    expect(await queues.handoff({ ...EVENT, identity: 'om_2' }, ASK)).toBe(true);
  });

  test('a look at the queues tells their jobs by state and when the oldest unfinished one was written', async () => {
    const queues = await openQueues(store);
    expect(await queues.look()).toEqual([
      { queue: 'handoff', counts: expect.objectContaining({ waiting: 0, failed: 0 }) },
      { queue: 'outbox', counts: expect.objectContaining({ waiting: 0 }) },
    ]);
    const before = Date.now();
    for (const identity of ['om_1', 'om_2']) await queues.handoff({ ...EVENT, identity }, ASK);
    const [handoff] = await queues.look();
    expect(handoff?.counts).toEqual({ waiting: 2, prioritized: 0, delayed: 0, active: 0, completed: 0, failed: 0 });
    expect((handoff?.oldestAt ?? 0) - before).toBeLessThanOrEqual(2);
  });
});

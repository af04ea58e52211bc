import { describe, expect, onTestFinished, test } from 'vitest';
import type { Ask, OpenId } from '../src/bot.ts';
import { createQueues, type Queues } from '../src/queue.ts';
import { type OpenedStore, openedStores, until } from './support/service.ts';
import { newNamespace, openStore } from './support/store.ts';

const ASK: Ask = { person: 'ou_1' as OpenId, at: 1, source: 'message', text: '转人工' };
const EVENT = { eventId: 'e1', identity: 'om_1' };

async function openQueues(name: OpenedStore): Promise<Queues> {
  const appId = newNamespace();
  const queues = createQueues({ store: await openStore(name, appId), appId });
  onTestFinished(() => queues.close());
  await until(() => queues.open(), 'the queues to be open');
  return queues;
}

describe.each(openedStores())('on %s', (store) => {
  test('an ask written before is known again, under another event id too, and of many at once one is new', async () => {
    const queues = await openQueues(store);
    const write = async (event: typeof EVENT) => (await queues.handoff(event, ASK)).isNew();
    const first = await Promise.all(Array.from({ length: 10 }, () => write(EVENT)));
    expect(first.filter((isNew) => isNew)).toHaveLength(1);
    expect(await write({ ...EVENT, eventId: 'e2' })).toBe(false);
    expect(await write({ ...EVENT, identity: 'om_2' })).toBe(true);
  });

  test('a look at the queues tells their jobs by state and when the oldest unfinished one was written', async () => {
    const queues = await openQueues(store);
    expect(await queues.look()).toEqual([
      { queue: 'handoff', counts: expect.objectContaining({ waiting: 0, failed: 0 }) },
      { queue: 'outbox', counts: expect.objectContaining({ waiting: 0 }) },
    ]);
    const before = Date.now();
    await queues.handoff(EVENT, ASK);
    const after = Date.now();
    await until(async () => Date.now() > after, 'another millisecond');
    await queues.handoff({ ...EVENT, identity: 'om_2' }, ASK);
    const [handoff] = await queues.look();
    expect(handoff?.counts).toEqual({ waiting: 2, prioritized: 0, delayed: 0, active: 0, completed: 0, failed: 0 });
    expect(handoff?.oldestAt).toBeGreaterThanOrEqual(before);
    expect(handoff?.oldestAt).toBeLessThanOrEqual(after);
  });
});

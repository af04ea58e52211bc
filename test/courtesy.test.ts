import { describe, expect, onTestFinished, test } from 'vitest';
import type { Card, Message, OpenId } from '../src/bot.ts';
import type { FeishuApi } from '../src/feishu/api.ts';
import { createGate, type Gate } from '../src/gate.ts';
import { type JobInHand, newOutboxJob } from '../src/jobs.ts';
import type { Ledger } from '../src/ledger.ts';
import { createLog } from '../src/log.ts';
import { createMetrics } from '../src/metrics.ts';
import { runOutbox } from '../src/outbox-job.ts';
import { createQueues } from '../src/queue.ts';
import { openedStores, until } from './support/service.ts';
import { openStore } from './support/store.ts';

const app = { appId: 'cli_1', appSecret: '', apiUrl: '' };
const log = createLog({ logLevel: 'silent', plainIds: false, app });
const words = { zh: 'x', en: 'x', ja: 'x' };
const card: Card = { title: words, tone: 'ready', body: words, buttons: [] };
const asked: Message = { to: { kind: 'person', person: 'ou_1' as OpenId }, card };
const courtesy: Message = { ...asked, courtesy: true };
const outboxJob = (message: Message) => newOutboxJob({ eventId: 'e', name: 'n', askedAt: 0, message });

describe.each(openedStores())('on %s', (name) => {
  test('what somebody asked for leaves before all courtesies that waited already, which keep their order', async () => {
    const store = await openStore(name);
    const queues = createQueues({ store, appId: 'cli_1' });
    onTestFinished(() => queues.close());
    await until(() => queues.open(), 'the queues');
    for (const id of ['guide-1', 'guide-2', 'guide-3']) await queues.say(id, outboxJob(courtesy));
    for (const id of ['link-1', 'link-2']) await queues.say(id, outboxJob(asked));
    const served: (string | undefined)[] = [];
    const worker = await store.worker('outbox', async ({ id }) => void served.push(id), { concurrency: 1 });
    onTestFinished(() => worker.close());
    await expect.poll(() => served).toEqual(['link-1', 'link-2', 'guide-1', 'guide-2', 'guide-3']);
  });

  test('courtesies leave the other half of the minute to those who asked', async () => {
    const { ledger } = await openStore(name);
    const gate = createGate({ ledger, log, ready: async () => {}, onQuotaWait: () => {} });
    const half = { name: 'courtesies', calls: 500, windowMs: 60_500, spacingMs: 0 };
    for (let n = 0; n < half.calls; n += 1) await ledger.reserve([half], 0);
    const send = (of: object) => gate.call({ kind: 'send', tries: 0, make: async () => 'sent', ...of });
    expect(await send({ courtesy: true })).toMatchObject({ kind: 'later', failing: false, why: 'quota' });
    expect(await send({})).toEqual({ kind: 'done', value: 'sent' });
  });
});

/** One run of a courtesy that was written so long ago, before a gate that has no turn for it. */
async function run({ agoMs, starts }: { agoMs: number; starts: number }) {
  const calls: unknown[] = [];
  const gate: Gate = {
    call: async (call) => {
      calls.push(call);
      return { kind: 'later', afterMs: 100, failing: false, why: 'quota' };
    },
  };
  const metrics = createMetrics();
  const job: JobInHand = {
    id: 'h1-guide',
    data: outboxJob(courtesy),
    writtenAt: Date.now() - agoMs,
    starts,
    save: async () => {},
  };
  const nobody = { failure: () => Promise.reject(new Error('nobody is to be alarmed')) };
  const settled = await runOutbox(job, {
    gate,
    api: {} as FeishuApi,
    ledger: {} as Ledger,
    queues: { say: async () => {} },
    metrics,
    alert: nobody,
    log,
    language: 'zh',
    reuseMs: 0,
  });
  return { settled, calls, metrics };
}

test('a courtesy that waited ten minutes is dropped without a call, counted, and no failure', async () => {
  const { settled, calls, metrics } = await run({ agoMs: 10 * 60_000 + 1, starts: 5 });
  expect(settled).toHaveProperty('done.dropped');
  expect(calls).toEqual([]);
  expect(await metrics.scrape()).toContain('messages_undelivered_total{code="dropped"} 1');
});

test('a courtesy that has no turn comes back ever more sparsely', async () => {
  const waits = async (starts: number) => {
    const runs = await Promise.all(Array.from({ length: 50 }, () => run({ agoMs: 0, starts })));
    return runs.map(({ settled }) => (typeof settled === 'object' && 'laterMs' in settled ? settled.laterMs : 0));
  };
  const [early, late] = [await waits(1), await waits(6)];
  expect(Math.min(...early, ...late)).toBeGreaterThanOrEqual(100);
  expect(Math.max(...early)).toBeLessThanOrEqual(2_100);
  expect(Math.max(...late)).toBeGreaterThan(2_100);
  expect(Math.max(...late)).toBeLessThanOrEqual(30_100);
});

import { Redis } from 'ioredis';
import pg from 'pg';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { JOB_OPTIONS } from '../../src/queue.ts';
import { schemaName } from '../../src/store/postgres-address.ts';
import { type OpenedStore, openedStores, until } from '../support/service.ts';
import { newNamespace, openStore } from '../support/store.ts';

const HOUR_MS = 3_600_000;

/** Moves the moment at which a job ended into the past, behind the service's back. */
const endedEarlier = {
  redis: async (namespace: string, id: string, ms: number) => {
    const redis = new Redis(inject('redisUrl') ?? '');
    onTestFinished(() => redis.disconnect());
    for (const set of ['completed', 'failed'])
      await redis.zadd(`{feishu-helpdesk:${namespace}}:handoff:${set}`, 'XX', 'INCR', -ms, id);
  },
  postgres: async (namespace: string, id: string, ms: number) => {
    const client = new pg.Client(inject('postgresUrl'));
    await client.connect();
    const table = `${schemaName(namespace)}.job`;
    await client.query(`UPDATE ${table} SET finished_at_ms = finished_at_ms - $1 WHERE id = $2`, [ms, id]);
    await client.end();
  },
};

async function openQueue(store: OpenedStore) {
  const namespace = newNamespace();
  const opened = await openStore(store, namespace);
  const queue = await opened.queue('handoff', { ...JOB_OPTIONS, attempts: 1 });
  onTestFinished(() => queue.close());
  const run = async (job: { data: { fails: boolean } }) => {
    if (job.data.fails) throw new Error('for good');
  };
  const worker = await opened.worker('handoff', run, {});
  onTestFinished(() => worker.close());
  const finish = async (id: string, fails: boolean) => {
    await queue.add('handoff', { fails }, { jobId: id });
    await until(async () => (await queue.getJob(id))?.finishedOn !== undefined, `the end of ${id}`);
  };
  return { namespace, queue, finish };
}

describe.each(openedStores())('on %s', (store) => {
  test('good and failed jobs are kept for a day, whoever ends after them', async () => {
    const { namespace, queue, finish } = await openQueue(store);
    for (const [id, fails] of [
      ['young-good', false],
      ['young-bad', true],
      ['old-good', false],
      ['old-bad', true],
    ] as const) {
      await finish(id, fails);
      await endedEarlier[store](namespace, id, (id.startsWith('old') ? 24.1 : 23.9) * HOUR_MS);
    }
    await finish('next-good', false);
    await finish('next-bad', true);
    const kept = await Promise.all(['young-good', 'young-bad', 'old-good', 'old-bad'].map((id) => queue.getJob(id)));
    expect(kept.map((job) => job?.id)).toEqual(['young-good', 'young-bad', undefined, undefined]);
  });
});

test('a day is longer than Feishu delivers again, and the same for good and failed jobs', () => {
  const ladderS = 15 + 5 * 60 + 3_600 + 6 * 3_600;
  expect(JOB_OPTIONS.removeOnComplete.age).toBeGreaterThan(ladderS);
  expect(JOB_OPTIONS.removeOnFail).toEqual(JOB_OPTIONS.removeOnComplete);
});

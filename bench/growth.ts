import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import type { OpenId } from '../src/bot.ts';
import { createQueues, type Queues } from '../src/queue.ts';
import type { Store } from '../src/store/contract.ts';
import { openPostgres } from '../src/store/postgres.ts';
import { openRedis } from '../src/store/redis.ts';
import { type Figure, figure, spread, table } from './figures.ts';

/**
 * What finished jobs cost that are kept for a day: jobs per second through a queue that holds them beside one that holds
 * none, measured in turns, and on Redis the memory of each.
 */
export interface GrowthRow {
  readonly store: string;
  readonly kept: number;
  readonly perSecondEmpty: Figure;
  readonly perSecondKept: Figure;
  readonly bytesPerJob?: number;
}

/** Jobs in one turn; a few when there is little to compare with. */
const roundOf = (kept: number) => Math.min(2_000, Math.ceil(kept / 4));
/** Written at a time while the queue is filled. */
const FILL = 20_000;
const ROUNDS = 5;

interface Line {
  readonly store: Store;
  readonly queues: Queues;
  /** Resolves when so many jobs have gone through since the last call. */
  through(count: number): Promise<void>;
  close(): Promise<void>;
}

async function openLine(open: (namespace: string) => Store): Promise<Line> {
  const appId = `cli_${randomBytes(8).toString('hex')}`;
  const store = open(appId);
  const queues = createQueues({ store, appId });
  let seen = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let arrive = () => {};
  const count = async () => {
    seen += 1;
    if (seen >= wanted) arrive();
  };
  await store.ready;
  const worker = await store.worker('handoff', count, { concurrency: 50 });
  while (!queues.open()) await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    store,
    queues,
    through: (jobs) =>
      new Promise((resolve) => {
        wanted = seen + jobs;
        arrive = resolve;
      }),
    close: async () => {
      await worker.close();
      await queues.close();
      await store.close();
    },
  };
}

/** Jobs per second, from the first written to the last worked on. */
async function run({ queues, through }: Line, jobs: number): Promise<number> {
  const started = performance.now();
  const done = through(jobs);
  for (let written = 0; written < jobs; written += 100) {
    const batch = Array.from({ length: Math.min(100, jobs - written) }, () => randomBytes(12).toString('hex'));
    await Promise.all(batch.map((identity) => queues.handoff({ eventId: identity, identity }, askOf(identity))));
  }
  await done;
  return (jobs * 1_000) / (performance.now() - started);
}

const askOf = (identity: string) =>
  ({ person: `ou_${identity}` as OpenId, at: Date.now(), source: 'menu', menuKey: 'human_agent' }) as const;

interface Compared {
  readonly store: string;
  readonly kept: number;
  readonly open: (namespace: string) => Store;
  /** Bytes the store holds in memory. */
  readonly memory?: () => Promise<number>;
}

async function compare({ store, kept, open, memory }: Compared): Promise<GrowthRow> {
  const [empty, full] = [await openLine(open), await openLine(open)];
  const before = await memory?.();
  for (let done = 0; done < kept; done += FILL) await run(full, Math.min(FILL, kept - done));
  const after = await memory?.();
  const [ofEmpty, ofFull]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    ofEmpty.push(await run(empty, roundOf(kept)));
    ofFull.push(await run(full, roundOf(kept)));
  }
  await Promise.all([empty.close(), full.close()]);
  const measured = { store, kept, perSecondEmpty: figure(ofEmpty), perSecondKept: figure(ofFull) };
  if (before === undefined || after === undefined) return measured;
  return { ...measured, bytesPerJob: Math.round((after - before) / kept) };
}

/** The stores are private: what they hold in memory is ours alone. */
export async function benchGrowth(redisUrl: string, postgresUrl: string, kept: number): Promise<GrowthRow[]> {
  const admin = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const onError = (error: Error) => process.stderr.write(`${error.message}\n`);
  try {
    const memory = async () => Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]);
    const onRedis = (namespace: string) => openRedis(redisUrl, { namespace, onError });
    const onPostgres = (namespace: string) => openPostgres({ connectionString: postgresUrl }, { namespace, onError });
    return [
      await compare({ store: 'Redis', kept, open: onRedis, memory }),
      await compare({ store: 'PostgreSQL', kept, open: onPostgres }),
    ];
  } finally {
    admin.disconnect();
  }
}

export function showGrowth(rows: readonly GrowthRow[]): string {
  const lines = rows.map(({ store, kept, perSecondEmpty, perSecondKept, bytesPerJob }) => [
    `${store}, ${kept.toLocaleString('en-US')} kept`,
    spread(perSecondEmpty),
    spread(perSecondKept),
    (perSecondKept.median / perSecondEmpty.median).toFixed(2),
    bytesPerJob === undefined ? '-' : String(bytesPerJob),
  ]);
  return table(['growth', 'jobs/s with none', 'with those kept', 'ratio', 'bytes a job'], lines);
}

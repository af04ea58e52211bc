import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { OpenId } from '../src/bot.ts';
import { startEmbedded } from '../src/embedded.ts';
import { createQueues, type Queues } from '../src/queue.ts';
import type { Store } from '../src/store/contract.ts';
import { openPostgres } from '../src/store/postgres.ts';
import { openRedis } from '../src/store/redis.ts';

/**
 * What finished jobs cost that are kept for a day: jobs per second through a queue that holds `KEPT` of them beside one
 * that holds none, measured in turns, and on Redis the memory of each. `npm run bench:growth [kept]`.
 */
const KEPT = Number(process.argv[2] ?? 100_000);
const ROUND = 2_000;
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

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function compare(
  name: string,
  open: (namespace: string) => Store,
  memory?: () => Promise<number>,
): Promise<void> {
  const [empty, full] = [await openLine(open), await openLine(open)];
  const before = await memory?.();
  for (let kept = 0; kept < KEPT; kept += 20_000) await run(full, Math.min(20_000, KEPT - kept));
  const after = await memory?.();
  const [ofEmpty, ofFull]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    ofEmpty.push(await run(empty, ROUND));
    ofFull.push(await run(full, ROUND));
  }
  const perJob =
    before !== undefined && after !== undefined ? `, ${Math.round((after - before) / KEPT)} bytes a kept job` : '';
  const rates = `${Math.round(median(ofEmpty))} jobs/s empty, ${Math.round(median(ofFull))} with ${KEPT} kept`;
  process.stdout.write(`${name}: ${rates}, ratio ${(median(ofFull) / median(ofEmpty)).toFixed(2)}${perJob}\n`);
  await Promise.all([empty.close(), full.close()]);
}

const folder = await mkdtemp(join(tmpdir(), 'helpdesk-bench-'));
const port = 20_000 + Math.floor(Math.random() * 20_000);
const redisServer = spawn('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder], {
  stdio: 'ignore',
});
const redisUrl = `redis://127.0.0.1:${port}`;
const postgres = await startEmbedded({ dataDir: join(folder, 'postgres'), log: () => {} });
const admin = new Redis(redisUrl, { maxRetriesPerRequest: null });
try {
  const used = async () => Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]);
  const onError = (error: Error) => process.stderr.write(`${error.message}\n`);
  await compare('Redis', (namespace) => openRedis(redisUrl, { namespace, onError }), used);
  await compare('PostgreSQL', (namespace) => openPostgres(postgres.connection, { namespace, onError }));
} finally {
  admin.disconnect();
  redisServer.kill();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { Queue } from '../src/bullmq.ts';
import { findRunning } from '../src/embedded/running.ts';

import { type PostgresAddress, schemaName } from '../src/store/postgres-address.ts';
import { type Child, type Shelter, startChild } from './child.ts';
import { newAppId, type StoreServer } from './stores.ts';

/** Everything that is measured takes the same events, and is looked at in the same way. */
export interface Contestant {
  readonly name: string;
  readonly appId: string;
  readonly children: readonly Child[];
  /** Ids of the events that were answered with 200 so far. */
  readonly accepted: string[];
  /** Its events are asks in words that were not used lately. */
  readonly inOtherWords?: true;
  /** The ids of all events that stand in its queue, whatever became of them there. */
  kept(): Promise<ReadonlySet<string>>;
}

/** Where they live. */
export interface Ground extends Shelter {
  readonly redis: StoreServer;
  readonly postgres: StoreServer;
  /** What the simulated Feishu tells a service; the app id is each contestant's own. */
  readonly env: Readonly<Record<string, string>>;
}

/** The built program. */
export const ENTRY: readonly string[] = ['dist/src/main.js'];

/** A stack of `bench/peers/`. */
export async function startPeer(name: string, file: string, ground: Ground): Promise<Contestant> {
  const appId = newAppId();
  const env = { ...ground.env, PEER_REDIS_PORT: String(ground.redis.port), PEER_PREFIX: appId };
  const child = await startChild({ entry: ['--import', 'tsx', `bench/peers/${file}`], env, ground });
  return { name, appId, children: [child], accepted: [], kept: () => keptInRedis(ground.redis.url, appId) };
}

/** Our web role, one process or several, on a store that others share. */
export async function startOurs(name: string, queueUrl: string, ground: Ground, processes = 1): Promise<Contestant> {
  const appId = newAppId();
  const env = { ...ground.env, FEISHU_APP_ID: appId, ROLE: 'web', QUEUE_URL: queueUrl };
  const start = () => startChild({ entry: ENTRY, env, ground });
  const children = await Promise.all(Array.from({ length: processes }, start));
  const kept = queueUrl.startsWith('redis')
    ? () => keptInRedis(queueUrl, `{feishu-helpdesk:${appId}}`)
    : () => keptInPostgres({ connectionString: queueUrl }, appId);
  return { name, appId, children, accepted: [], kept };
}

/** All roles in one process on the embedded PostgreSQL. Its jobs are worked on meanwhile: it must not outlive its turn. */
export async function startEmbeddedOurs(name: string, ground: Ground): Promise<Contestant> {
  const appId = newAppId();
  const dataDir = join(ground.folder, appId);
  const env = { ...ground.env, FEISHU_APP_ID: appId, DATA_DIR: dataDir };
  const child = await startChild({ entry: ENTRY, env, ground });
  const address = await findRunning(dataDir);
  if (!address) throw new Error('no embedded PostgreSQL is running');
  return { name, appId, children: [child], accepted: [], kept: () => keptInPostgres(address, appId) };
}

const STATES = ['waiting', 'active', 'delayed', 'completed', 'failed'] as const;
const PAGE = 2_000;

async function keptInRedis(url: string, prefix: string): Promise<ReadonlySet<string>> {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const queue = new Queue<{ readonly eventId: string }>('handoff', { connection, prefix });
  const ids = new Set<string>();
  try {
    for (let from = 0; ; from += PAGE) {
      const jobs = await queue.getJobs([...STATES], from, from + PAGE - 1);
      if (jobs.length === 0) return ids;
      for (const { data } of jobs) ids.add(data.eventId);
    }
  } finally {
    await queue.close();
    connection.disconnect();
  }
}

/** By SQL: BullMQ asks for each job by itself. */
async function keptInPostgres(address: PostgresAddress, appId: string): Promise<ReadonlySet<string>> {
  const client = new pg.Client(address);
  await client.connect();
  try {
    const question = `SELECT data->>'eventId' AS id FROM "${schemaName(appId)}".job WHERE queue = 'handoff'`;
    const { rows } = await client.query<{ id: string }>(question);
    return new Set(rows.map(({ id }) => id));
  } finally {
    await client.end();
  }
}

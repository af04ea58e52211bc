import { Redis } from 'ioredis';
import { createRedisBackend, Queue, Worker } from '../bullmq.ts';
import type { Advice, Store, StoreOptions } from './contract.ts';
import { adviseOnRedis } from './redis-advice.ts';
import { createRedisLedger } from './redis-ledger.ts';
import { closable, paced, prepared } from './steady.ts';

/** A failover leaves us connected to what is a read-only replica now; the address leads to the master. */
const isReadOnly = (error: Error) => error.message.startsWith('READONLY');

/** Nothing at the door may wait longer than Feishu does; a frozen server is told by its silence. */
const DOOR_OPTIONS = {
  enableOfflineQueue: false,
  connectTimeout: 2_000,
  commandTimeout: 1_500,
  socketTimeout: 2_000,
  maxRetriesPerRequest: 1,
  retryStrategy: (tries: number) => Math.min(tries * 50, 500),
  reconnectOnError: isReadOnly,
};

/**
 * A worker's commands wait for their server, and what was under way is sent again: what a job has learnt is not lost.
 * `socketTimeout` is longer than a worker waits for a job, during which its connection is silent.
 */
const WORKER_OPTIONS = {
  connectTimeout: 2_000,
  socketTimeout: 2_000,
  maxRetriesPerRequest: null,
  retryStrategy: (tries: number) => Math.min(tries * 100, 500),
  reconnectOnError: (error: Error) => (isReadOnly(error) ? 2 : false),
} as const;

/** Redis or Valkey. Producers and ledger share one connection that fails fast; each worker has its own, which waits. */
export function openRedis(url: string, { namespace, onError, onAdvice }: StoreOptions): Store {
  // The braces keep all keys of one app in one slot of a cluster.
  const prefix = `{feishu-helpdesk:${namespace}}`;
  const door = new Redis(url, DOOR_OPTIONS);
  door.on('error', onError);
  if (onAdvice) door.on('ready', () => void advise(door, onAdvice).catch(onError));
  const ping = async () => void (await door.ping());
  // A door where nobody knocks would find a silent wire only by the first event.
  const heartbeat = setInterval(() => door.status === 'ready' && void ping().catch(() => {}), 1_000);
  const backend: typeof createRedisBackend = (...args) => paced(createRedisBackend(...args));
  return {
    inOrder: true,
    ready: new Promise((resolve) => door.once('ready', () => resolve())),
    queue: (name, defaultJobOptions) =>
      prepared(() => new Queue(name, { defaultJobOptions, connection: door, prefix }).on('error', onError)),
    worker: (name, run, options) => {
      const all = { ...options, connection: { url, ...WORKER_OPTIONS }, prefix };
      return closable((counted) => new Worker(name, counted, all, backend).on('error', onError), run);
    },
    ledger: createRedisLedger(door, prefix),
    ping,
    close: async () => {
      clearInterval(heartbeat);
      door.disconnect();
    },
  };
}

/** At each connection, since after a failover another server may answer. */
async function advise(redis: Redis, onAdvice: (advice: Advice) => void): Promise<void> {
  for (const advice of adviseOnRedis(await redis.info())) onAdvice(advice);
}

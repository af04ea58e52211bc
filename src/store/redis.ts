import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { prepared, type Store, type StoreOptions } from './contract.ts';
import { createRedisLedger } from './redis-ledger.ts';

/** Nothing at the door may wait longer than Feishu does; a frozen server is told by its silence. */
const DOOR_OPTIONS = {
  enableOfflineQueue: false,
  connectTimeout: 2_000,
  commandTimeout: 1_500,
  socketTimeout: 3_000,
  maxRetriesPerRequest: 1,
  retryStrategy: (tries: number) => Math.min(tries * 50, 500),
};

/** No `socketTimeout` here: a worker's connection is silent while it waits for work. */
const WORKER_OPTIONS = {
  connectTimeout: 2_000,
  maxRetriesPerRequest: null,
  retryStrategy: (tries: number) => Math.min(tries * 100, 1_000),
};

/** Redis or Valkey. Producers and ledger share one connection that fails fast; each worker has its own, which waits. */
export function openRedis(url: string, { namespace, onError }: StoreOptions): Store {
  // The braces keep all keys of one app in one slot of a cluster.
  const prefix = `{feishu-helpdesk:${namespace}}`;
  const door = new Redis(url, DOOR_OPTIONS);
  door.on('error', onError);
  const ping = async () => void (await door.ping());
  return {
    ready: new Promise((resolve) => door.once('ready', () => resolve())),
    queue: (name, defaultJobOptions) =>
      prepared(() => new Queue(name, { defaultJobOptions, connection: door, prefix }).on('error', onError)),
    worker: (name, run, options) =>
      prepared(() =>
        new Worker(name, run, { ...options, connection: { url, ...WORKER_OPTIONS }, prefix }).on('error', onError),
      ),
    ledger: createRedisLedger(door, prefix),
    ping,
    close: async () => door.disconnect(),
  };
}

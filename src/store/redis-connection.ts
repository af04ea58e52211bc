import { Cluster, Redis, type RedisOptions, ReplyError } from 'ioredis';
import type { RedisAddress } from './redis-address.ts';

export type RedisConnection = Redis | Cluster;

/** A failover leaves us connected to what is a read-only replica now; the address leads to the master. */
const isReadOnly = (error: Error) => error.message.startsWith('READONLY');

/**
 * Nothing at the door may wait longer than Feishu does; a frozen server is told by its silence. What is asked in one turn
 * of the event loop leaves in one write: a write for each command was a seventh of what an event cost.
 */
export const DOOR = {
  enableAutoPipelining: true,
  enableOfflineQueue: false,
  connectTimeout: 2_000,
  commandTimeout: 1_500,
  socketTimeout: 2_000,
  maxRetriesPerRequest: 1,
  retryStrategy: (tries: number) => Math.min(tries * 50, 500),
  reconnectOnError: isReadOnly,
} as const satisfies RedisOptions;

/**
 * A worker's commands wait for their server, and what was under way is sent again: what a job has learnt is not lost.
 * `socketTimeout` is longer than a worker waits for a job, during which its connection is silent.
 */
export const WORKER = {
  connectTimeout: 2_000,
  socketTimeout: 2_000,
  maxRetriesPerRequest: null,
  retryStrategy: (tries: number) => Math.min(tries * 100, 500),
  reconnectOnError: (error: Error) => (isReadOnly(error) ? 2 : false),
} as const satisfies RedisOptions;

/** A sentinel that is silent is passed over; when all are, they are asked again after this time. */
const SENTINELS = { sentinelCommandTimeout: 1_000, sentinelRetryStrategy: () => 500 };

/** Connects, and again whenever the connection is lost, until disconnected. Every trouble on the way is reported. */
export function connectRedis(
  address: RedisAddress,
  options: typeof DOOR | typeof WORKER,
  onError: (error: Error) => void,
): RedisConnection {
  if (address.kind === 'cluster') return connectCluster(address, options, onError);
  const redis =
    address.kind === 'server'
      ? new Redis(address.url, options)
      : new Redis({ ...address.master, ...SENTINELS, ...options });
  return redis.on('error', onError).on('sentinelError', (error: Error) => onError(explain(error)));
}

function connectCluster(
  { nodes, access }: Extract<RedisAddress, { kind: 'cluster' }>,
  { retryStrategy, ...limits }: typeof DOOR | typeof WORKER,
  onError: (error: Error) => void,
): Cluster {
  const { enableOfflineQueue, ...each } = { enableOfflineQueue: true, ...limits };
  const cluster = new Cluster([...nodes], {
    redisOptions: { ...access, ...each },
    enableOfflineQueue,
    clusterRetryStrategy: retryStrategy,
    // Each try is 100 ms after the last. The door gives up by its `commandTimeout`, a worker never.
    maxRedirections: Number.POSITIVE_INFINITY,
    // With it, `connect()` never settles when the first look finds a cluster in trouble, and BullMQ waits for it.
    enableReadyCheck: false,
    // A name stays a name: certificates are checked against it, and it is looked up anew at each connection.
    dnsLookup: (host, done) => done(null, host),
  });
  return cluster.on('error', (error) => onError(explain(error))).on('node error', onError);
}

/** Every server that can be asked for facts of its own. */
export const mastersOf = (connection: RedisConnection): readonly Redis[] =>
  connection instanceof Cluster ? connection.nodes('master') : [connection];

/** A server that comes, goes, is being replaced or is full will take the same command later. */
const PASSING = /^(READONLY|OOM|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|MISCONF|NOREPLICAS|BUSY|UNBLOCKED)\b/;

/** Whether the server, or BullMQ's script in it, refused for good. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'number') return true;
  return error instanceof ReplyError && !PASSING.test(error.message);
}

/** What ioredis says where an address is wrong tells nobody what to do. */
function explain(error: Error): Error {
  if (/No such master|invalid reply: null$/.test(error.message))
    return new Error('a sentinel knows no master of the name that QUEUE_URL ends with', { cause: error });
  if (error.message.startsWith('Failed to refresh slots cache'))
    return new Error('no node of the Redis cluster in QUEUE_URL answers', { cause: error });
  return error;
}

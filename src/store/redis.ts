import { Queue, Worker } from '../bullmq.ts';
import type { Store, StoreOptions } from './contract.ts';
import { readRedisAddress } from './redis-address.ts';
import { adviseOnRedis } from './redis-advice.ts';
import { connectRedis, DOOR, isRefusal, mastersOf, WORKER } from './redis-connection.ts';
import { createRedisLedger } from './redis-ledger.ts';
import { prepared, steadyWorker } from './steady.ts';

/** Redis or Valkey. Producers and ledger share one connection that fails fast; each worker has its own, which waits. */
export function openRedis(url: string, { namespace, onError, onAdvice, looksOnly, telemetry }: StoreOptions): Store {
  const address = readRedisAddress(url);
  // The braces keep all keys of one app in one slot of a cluster.
  const prefix = `{feishu-helpdesk:${namespace}}`;
  const shared = { prefix, ...(telemetry && { telemetry }) };
  const door = connectRedis(address, DOOR, onError);
  const connections = [door];
  const advise = async () => {
    const infos = await Promise.all(mastersOf(door).map((server) => server.info()));
    return infos.flatMap((info) => adviseOnRedis(info, address.kind));
  };
  // At each connection, since after a failover another server may answer.
  if (onAdvice) door.on('ready', () => void advise().then((given) => given.forEach(onAdvice), onError));
  // It writes: a server that can only be read, or is full, is no queue. The key says where in a cluster.
  const pingKey = `${prefix}:ping`;
  const ping = async () => void (await (looksOnly ? door.exists(pingKey) : door.set(pingKey, '', 'PX', 10_000)));
  // A door where nobody knocks would find a silent wire, or a master that is none any more, only by the first event.
  const heartbeat = setInterval(() => door.status === 'ready' && void ping().catch(() => {}), 1_000);
  return {
    ready: new Promise((resolve) => door.once('ready', () => resolve())),
    queue: (name, defaultJobOptions) =>
      prepared(() => new Queue(name, { defaultJobOptions, connection: door, ...shared }).on('error', onError)),
    writtenAt: async (name, jobId) => {
      const found = await door.hget(`${prefix}:${name}:${jobId}`, 'timestamp');
      return found === null ? undefined : Number(found);
    },
    worker: (name, run, options) => {
      const connection = connectRedis(address, WORKER, onError);
      connections.push(connection);
      const all = { ...options, connection, ...shared };
      return steadyWorker((counted) => new Worker(name, counted, all).on('error', onError), run, isRefusal);
    },
    ledger: createRedisLedger(door, prefix),
    ping,
    advise,
    close: async () => {
      clearInterval(heartbeat);
      for (const connection of connections) connection.disconnect();
    },
  };
}

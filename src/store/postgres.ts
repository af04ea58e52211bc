import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PostgresConnection, PostgresQueueBackend, Queue, runMigrations, Worker } from '../bullmq.ts';
import type { Store, StoreOptions } from './contract.ts';
import { type PostgresAddress, readPostgresAddress, schemaName } from './postgres-address.ts';
import { adviseOnPostgres, POSTGRES_FACTS, type PostgresFacts } from './postgres-advice.ts';
import { createPostgresLedger, LEDGER_TABLES } from './postgres-ledger.ts';
import { createWires, type Wires } from './postgres-wires.ts';
import { prepared, steadyWorker } from './steady.ts';

/** Nothing at the door may wait longer than Feishu does. */
const DOOR_OPTIONS = { connectionTimeoutMillis: 1_500, query_timeout: 1_700, keepAlive: true };
const WORKER_OPTIONS = { connectionTimeoutMillis: 2_000, query_timeout: 3_000, keepAlive: true };
/** Tables are made once, by one process while the others wait. */
const PREPARE_OPTIONS = { connectionTimeoutMillis: 2_000, query_timeout: 10_000, keepAlive: true };

/**
 * A client whose connection dies while it is in use reports it as an `error` event, which ends the process when nobody
 * listens; BullMQ does not while it prepares a connection. The query that was under way fails all the same.
 */
class SteadyClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => {});
  }
}

/** BullMQ's pool and listener for one queue. */
class SteadyConnection extends PostgresConnection {
  readonly #wires: Wires;
  constructor(options: BackendOptions['connection'], wires: Wires) {
    super(options);
    this.#wires = wires;
    if (this.pool instanceof pg.Pool) wires.watchPool(this.pool);
  }

  override async getListenClient() {
    const client = await super.getListenClient();
    if (client instanceof pg.Client) this.#wires.watchListener(client);
    return client;
  }
}

type BackendOptions = ConstructorParameters<typeof PostgresQueueBackend>[2];

/** BullMQ's own table and column. */
const WRITTEN_AT = 'SELECT added_at_ms AS at FROM job WHERE queue = $1 AND id = $2';

/** Whether the server, or BullMQ's script in it, refused for good; and not because it goes, comes or is full. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false;
  if (typeof error.code === 'number') return true;
  return error instanceof pg.DatabaseError && !/^(08|25006|53|57)/.test(error.code ?? '');
}

/** Any PostgreSQL from 14 on. Each queue and worker has a small pool of its own; unbounded they would take 27 connections. */
export function openPostgres(
  place: PostgresAddress,
  { namespace, onError, looksOnly, telemetry }: StoreOptions,
): Store {
  const address = 'connectionString' in place ? readPostgresAddress(place.connectionString) : place;
  const schema = schemaName(namespace);
  const traced = telemetry && { telemetry };
  const pool = new pg.Pool({
    ...address,
    ...DOOR_OPTIONS,
    Client: SteadyClient,
    max: 4,
    options: `${address.options ?? ''} -c search_path=${schema}`,
  });
  pool.on('error', onError);
  const wires = createWires();
  wires.watchPool(pool);
  const backend = (name: string, options: BackendOptions, { withBlockingConnection: listens = false } = {}) =>
    new PostgresQueueBackend(
      new SteadyConnection(options.connection, wires),
      name,
      options,
      true,
      listens ? name : undefined,
    );
  let closed = false;
  const connection = (max: number, options: object) => ({ ...address, ...options, max, schema, Client: SteadyClient });
  return {
    ready: looksOnly
      ? Promise.resolve()
      : untilReached(
          () => prepare(address, schema),
          () => closed,
          onError,
        ),
    queue: (name, defaultJobOptions) =>
      prepared(() =>
        new Queue(name, { defaultJobOptions, connection: connection(4, DOOR_OPTIONS), ...traced }, backend).on(
          'error',
          onError,
        ),
      ),
    writtenAt: async (name, jobId) => {
      const { rows } = await pool.query<{ at: string }>(WRITTEN_AT, [name, jobId]);
      return rows[0] && Number(rows[0].at);
    },
    worker: (name, run, options) => {
      const all = { ...options, connection: connection(6, WORKER_OPTIONS), ...traced };
      return steadyWorker((counted) => new Worker(name, counted, all, backend).on('error', onError), run, isRefusal);
    },
    ledger: createPostgresLedger(pool),
    ping: () => pingPrimary(pool, wires),
    advise: async () => adviseOnPostgres((await pool.query<PostgresFacts>(POSTGRES_FACTS, [schema])).rows[0]),
    close: async () => {
      closed = true;
      await pool.end();
    },
  };
}

/** A server that can only be read is no queue: after a failover the address may lead to another one. */
async function pingPrimary(pool: pg.Pool, wires: Wires): Promise<void> {
  const { rows } = await pool.query<{ transaction_read_only: string }>('SHOW transaction_read_only');
  if (rows[0]?.transaction_read_only !== 'on') return;
  wires.giveUp();
  throw new Error('this PostgreSQL is read-only');
}

/** Tries until it works or `stopped` says so. */
async function untilReached(
  reach: () => Promise<void>,
  stopped: () => boolean,
  onError: (error: Error) => void,
): Promise<void> {
  while (!stopped()) {
    try {
      return await reach();
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)));
      await sleep(300);
    }
  }
}

/** Number of our own locks in PostgreSQL's space of advisory locks: "desk" in ASCII. */
const PREPARE_LOCK = 0x6465736b;

/** Makes the schema, BullMQ's tables and ours. Processes of one app that start together take turns. */
async function prepare(address: PostgresAddress, schema: string): Promise<void> {
  // Not from a pool: what a query without an answer holds, a lock among it, is let go with its connection.
  const client = new SteadyClient({ ...address, ...PREPARE_OPTIONS });
  try {
    await client.connect();
    await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [PREPARE_LOCK, schema]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
    await runMigrations(client, schema);
    await client.query(`SET search_path TO "${schema}"; ${LEDGER_TABLES}`);
  } finally {
    await client.end().catch(() => {});
  }
}

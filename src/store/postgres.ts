import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq';
import pg from 'pg';
import { prepared, type Store, type StoreOptions } from './contract.ts';
import { createPostgresLedger, LEDGER_TABLES } from './postgres-ledger.ts';

/** A URL, or for the embedded server the folder of its socket. */
export type PostgresAddress =
  | { readonly connectionString: string }
  | { readonly host: string; readonly port: number; readonly user: string; readonly database: string };

/** Nothing at the door may wait longer than Feishu does. */
const DOOR_OPTIONS = { connectionTimeoutMillis: 1_500, query_timeout: 1_700, keepAlive: true };
const WORKER_OPTIONS = { connectionTimeoutMillis: 2_000, query_timeout: 5_000, keepAlive: true };

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

/** Any PostgreSQL from 14 on. Each queue and worker has a small pool of its own; unbounded they would take 27 connections. */
export function openPostgres(address: PostgresAddress, { namespace, onError }: StoreOptions): Store {
  const schema = schemaName(namespace);
  const pool = new pg.Pool({
    ...address,
    ...DOOR_OPTIONS,
    Client: SteadyClient,
    max: 4,
    options: `-c search_path=${schema}`,
  });
  pool.on('error', onError);
  let closed = false;
  const connection = (max: number, options: object) => ({ ...address, ...options, max, schema, Client: SteadyClient });
  return {
    ready: untilReached(
      () => prepare(pool, schema),
      () => closed,
      onError,
    ),
    queue: (name, defaultJobOptions) =>
      prepared(() =>
        new Queue(name, { defaultJobOptions, connection: connection(4, DOOR_OPTIONS) }, createPostgresBackend).on(
          'error',
          onError,
        ),
      ),
    worker: (name, run, options) =>
      prepared(() =>
        new Worker(name, run, { ...options, connection: connection(6, WORKER_OPTIONS) }, createPostgresBackend).on(
          'error',
          onError,
        ),
      ),
    ledger: createPostgresLedger(pool),
    ping: async () => void (await pool.query('SELECT 1')),
    close: async () => {
      closed = true;
      await pool.end();
    },
  };
}

/** PostgreSQL folds and cuts names: 63 bytes of letters, digits and underscores. */
function schemaName(namespace: string): string {
  return `helpdesk_${namespace.toLowerCase().replace(/[^a-z0-9_]/g, '_')}`.slice(0, 63);
}

/** Tries until it works or `stopped` says so; the first failure of a row is reported. */
async function untilReached(
  reach: () => Promise<void>,
  stopped: () => boolean,
  onError: (error: Error) => void,
): Promise<void> {
  for (let reported = false; !stopped(); ) {
    try {
      return await reach();
    } catch (error) {
      if (!reported) onError(error instanceof Error ? error : new Error(String(error)));
      reported = true;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}

/** Number of our own lock in PostgreSQL's one space of advisory locks: "desk" in ASCII. */
const PREPARE_LOCK = 0x6465736b;

/** Makes the schema, BullMQ's tables and ours. Processes that start together take turns. */
async function prepare(pool: pg.Pool, schema: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PREPARE_LOCK]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
    await runMigrations(client, schema);
    await client.query(`SET search_path TO "${schema}"; ${LEDGER_TABLES}`);
  } finally {
    await client.query('SELECT pg_advisory_unlock_all()').catch(() => {});
    client.release();
  }
}

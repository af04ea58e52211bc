import type { Telemetry } from 'bullmq';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import type { Advice, Store, StoreOptions } from './store/contract.ts';
import { isRedis } from './store/queue-url.ts';

/** The same failure is told once in this time: a lost connection fails many times a second. */
const TELL_AGAIN_AFTER_MS = 10_000;

/**
 * Opens the store that QUEUE_URL names; without one, a private PostgreSQL in DATA_DIR. Only the chosen client is loaded.
 * A store that is away is no error here; see `Store.ready`.
 *
 * @throws when the embedded server cannot start, with a sentence that says what to do.
 */
export async function openStore(
  { queueUrl, dataDir, app }: Pick<Config, 'queueUrl' | 'dataDir' | 'app'>,
  log: Pick<Log, Advice['level']>,
  signal: AbortSignal,
  telemetry?: Telemetry,
): Promise<Store> {
  const told = { onError: reportSparsely(log), onAdvice: adviseOnce(log) };
  const options: StoreOptions = { namespace: app.appId, ...told, ...(telemetry && { telemetry }) };
  return queueUrl ? openAt(queueUrl, options) : openEmbedded({ dataDir, signal }, options, log);
}

/**
 * The store of a service, for somebody who only looks and makes nothing in it. Undefined when it is the embedded one and
 * no service runs on `dataDir`.
 */
export async function openToLook(
  { queueUrl, dataDir, app }: Pick<Config, 'queueUrl' | 'dataDir' | 'app'>,
  onError: (error: Error) => void,
): Promise<Store | undefined> {
  const options: StoreOptions = { namespace: app.appId, onError, looksOnly: true };
  if (queueUrl) return openAt(queueUrl, options);
  const { findRunning } = await import('./embedded/running.ts');
  const connection = await findRunning(dataDir);
  return connection && (await import('./store/postgres.ts')).openPostgres(connection, options);
}

async function openAt(queueUrl: string, options: StoreOptions): Promise<Store> {
  if (isRedis(queueUrl)) return (await import('./store/redis.ts')).openRedis(queueUrl, options);
  return (await import('./store/postgres.ts')).openPostgres({ connectionString: queueUrl }, options);
}

async function openEmbedded(
  place: { dataDir: string; signal: AbortSignal },
  options: StoreOptions,
  log: Pick<Log, Advice['level']>,
): Promise<Store> {
  const [{ startEmbedded }, { openPostgres }] = await Promise.all([
    import('./embedded.ts'),
    import('./store/postgres.ts'),
  ]);
  const server = await startEmbedded({ ...place, log: (fact, details) => log.info(details ?? {}, fact) });
  const store = openPostgres(server.connection, options);
  return {
    ...store,
    close: async () => {
      await store.close().catch(() => {});
      await server.stop();
    },
  };
}

function reportSparsely(log: Pick<Log, 'warn'>): (error: Error) => void {
  const told = new Map<string, number>();
  return (err) => {
    const now = Date.now();
    if (now - (told.get(err.message) ?? 0) < TELL_AGAIN_AFTER_MS) return;
    if (told.size > 100) told.clear();
    told.set(err.message, now);
    log.warn({ err }, 'store');
  };
}

/** The same sentence once: a store is looked at anew after each reconnection. */
function adviseOnce(log: Pick<Log, Advice['level']>): (advice: Advice) => void {
  const given = new Set<string>();
  return ({ level, sentence }) => {
    if (given.has(sentence)) return;
    given.add(sentence);
    log[level](sentence);
  };
}

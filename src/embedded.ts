import { setTimeout as sleep } from 'node:timers/promises';
import { provideBinaries } from './embedded/binaries.ts';
import { provideData } from './embedded/data.ts';
import { endFamily, familyName } from './embedded/family.ts';
import { becomeOwner } from './embedded/owner.ts';
import { type Place, preparePlace, removeTemp } from './embedded/place.ts';
import type { Program } from './embedded/program.ts';
import { connectionAt } from './embedded/running.ts';
import { type ServerOptions, startServer } from './embedded/server.ts';
import { trouble } from './embedded/trouble.ts';

/** A private PostgreSQL that runs as long as this process wants it. */
export interface Embedded {
  /** For `pg`; `host` is the folder of the server's socket. It stays the same when the server is started again. */
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly database: string;
  };
  /** Stops the server and frees `DATA_DIR`. Never rejects, and takes 8 s at most whatever the server does. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly log: (fact: string, details?: object) => void;
  /** Gives up a start under way. Afterwards it has no effect. */
  readonly signal?: AbortSignal;
  /** How long to wait for another process to free `dataDir`: in a rolling restart the two overlap. */
  readonly patienceMs?: number;
}

/** What is to be undone at the end, last first. */
type Undo = Array<() => Promise<void>>;

/**
 * Starts PostgreSQL in `dataDir`, alone there: ends what a killed process left running, makes the data on the first
 * start, and starts the server again whenever it dies. It installs no signal handlers: the caller calls `stop`. After
 * a `kill -9` of this process the server lives on until the next start.
 *
 * Every error is one sentence for the operator.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  if (process.platform === 'win32') throw trouble('QUEUE_URL is empty and Windows has no embedded PostgreSQL: use WSL');
  const undo: Undo = [];
  try {
    const server = await prepare(options, undo);
    const connection = connectionAt(server.place.sockets);
    const first = await startServer(server);
    options.log('embedded PostgreSQL is ready', { pid: first.pid, folder: server.place.home });
    const stopping = new AbortController();
    const kept = keepRunning(first, { ...server, signal: stopping.signal });
    let stopped: Promise<void> | undefined;
    const stop = async () => {
      stopping.abort();
      stopped ??= undoAll(undo, options.log).then(() => kept);
      await stopped;
    };
    return { connection, stop };
  } catch (error) {
    await undoAll(undo, options.log);
    throw error;
  }
}

async function prepare(options: EmbeddedOptions, undo: Undo): Promise<ServerOptions> {
  const { dataDir, log, patienceMs = 10_000, signal = new AbortController().signal } = options;
  const place: Place = await preparePlace(dataDir);
  undo.push(() => removeTemp(place.temp));
  const owner = await becomeOwner({ place, patienceMs, log, signal });
  undo.push(owner.release);
  if (owner.leftTemp !== undefined) await removeTemp(owner.leftTemp);
  const binaries = await provideBinaries(place);
  await provideData({ place, binaries, log, signal });
  const name = await familyName(place.home);
  undo.push(() => endFamily(name));
  return { place, postgres: binaries.postgres, name, log, signal };
}

/** Starts the server again each time it ends, until the signal. */
async function keepRunning(first: Program, options: ServerOptions): Promise<void> {
  const { log, signal } = options;
  for (let server = first; ; ) {
    const { words } = await server.ended;
    if (signal.aborted) return;
    log('embedded PostgreSQL ended by itself: starting it again', { words });
    const next = await startAgain(options);
    if (!next) return;
    log('embedded PostgreSQL is ready again', { pid: next.pid });
    server = next;
  }
}

async function startAgain(options: ServerOptions): Promise<Program | undefined> {
  const { log, signal } = options;
  for (let delayMs = 250; !signal.aborted; delayMs = Math.min(delayMs * 2, 5000)) {
    try {
      return await startServer(options);
    } catch (error) {
      if (signal.aborted) return undefined;
      log('embedded PostgreSQL does not start: trying again', { err: error, delayMs });
      await sleep(delayMs, undefined, { signal }).catch(() => {});
    }
  }
  return undefined;
}

async function undoAll(undo: Undo, log: EmbeddedOptions['log']): Promise<void> {
  for (const step of undo.toReversed()) {
    await step().catch((error: unknown) => log('embedded PostgreSQL left something behind', { err: error }));
  }
}

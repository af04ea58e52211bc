import { constants, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endFamily, family, isForeignServer, sendSignal } from './family.ts';
import type { Place } from './place.ts';
import { type Program, start } from './program.ts';
import { explain } from './trouble.ts';

export const PORT = 5432;

export interface ServerOptions {
  readonly place: Place;
  readonly postgres: string;
  /** See `familyName`. */
  readonly name: string;
  readonly log: (fact: string, details?: object) => void;
  readonly signal: AbortSignal;
}

/** Enough for BullMQ's pools of several roles; memory and disk for a bot, not for a database server. */
const SETTINGS = {
  listen_addresses: '',
  port: PORT,
  max_connections: 100,
  shared_buffers: '16MB',
  huge_pages: 'off',
  io_method: 'sync',
  max_parallel_workers: 0,
  max_parallel_workers_per_gather: 0,
  max_parallel_maintenance_workers: 0,
  max_logical_replication_workers: 0,
  max_wal_senders: 0,
  wal_level: 'minimal',
  min_wal_size: '32MB',
  max_wal_size: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // Errors reach the client anyway; here they would bring job data into a log.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  logging_collector: 'off',
  log_destination: 'stderr',
};

/** How long a start is tried again when something of the server before is in its way. */
const PATIENCE_MS = 10_000;
const IN_THE_WAY = /lock file .* already exists|pre-existing shared memory block|Address already in use/;

/** Ends what an owner before us left running, then starts the server and waits until it takes connections. */
export async function startServer(options: ServerOptions): Promise<Program> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    await endLeftBehind(options);
    options.signal.throwIfAborted();
    const server = await launch(options);
    const failure = await failureOf(server, options);
    if (failure === undefined) return server;
    if (Date.now() > until || !IN_THE_WAY.test(failure)) throw explain(options.place.dataDir, failure);
    await sleep(200, undefined, { signal: options.signal });
  }
}

function launch({ place, postgres, name }: ServerOptions): Promise<Program> {
  const settings = Object.entries({ cluster_name: name, ...SETTINGS, unix_socket_directories: place.sockets });
  const args = settings.flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  return start(postgres, args, {
    folder: place.home,
    runner: place.runner,
    // A plain `kill` of the server makes it wait for its clients to go, and refuse new ones: ours never go.
    onWords: (words, pid) => words.includes('received smart shutdown request') && sendSignal(pid, 'SIGINT'),
  });
}

async function endLeftBehind({ name, place, log }: ServerOptions): Promise<void> {
  const left = await family(name);
  if (left.length > 0) {
    log('ending a PostgreSQL that was left behind on this data', { pids: left.map(({ pid }) => pid) });
    await endFamily(name);
  }
  await rm(join(place.sockets, `.s.PGSQL.${PORT}.lock`), { force: true });
  await disarmPidFile(place);
}

/**
 * PostgreSQL refuses to start while the process id in an old `postmaster.pid` is alive, even if it is a foreign process
 * by now. It makes an exception for its parent, us. The rest of the file stays: by it PostgreSQL makes sure that nobody
 * holds the old shared memory. A server somebody else runs here by hand keeps its file, and we are refused.
 */
async function disarmPidFile({ home, runner }: Place): Promise<void> {
  const file = join(home, 'postmaster.pid');
  const [pid, ...rest] = await pidFile(home);
  if (pid === undefined) return;
  if (!/^\d+$/.test(pid)) return rm(file, { force: true });
  if (await isForeignServer(Number(pid))) return;
  const draft = `${file}.draft`;
  await rm(draft, { force: true });
  // Root writes where its unprivileged server may have planted a link: `wx` never follows one.
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile([process.pid, ...rest].join('\n'));
    if (runner) await handle.chown(runner.uid, runner.gid);
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

/** Waits until the server is ready, or answers what it said when it ended. Its state is in line 8 of its pid file. */
async function failureOf(server: Program, { place, signal }: ServerOptions): Promise<string | undefined> {
  let failure: string | undefined;
  void server.ended.then(({ words }) => {
    failure = words;
  });
  while (failure === undefined) {
    const lines = await pidFile(place.home);
    if (lines[0] === String(server.pid) && lines[7]?.startsWith('ready')) return undefined;
    await sleep(10, undefined, { signal });
  }
  return failure;
}

async function pidFile(home: string): Promise<string[]> {
  const flag = constants.O_RDONLY | constants.O_NOFOLLOW;
  const text = await readFile(join(home, 'postmaster.pid'), { encoding: 'utf8', flag }).catch(() => undefined);
  return text === undefined ? [] : text.split('\n');
}

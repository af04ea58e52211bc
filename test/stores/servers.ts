import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { inject } from 'vitest';
import { provideBinaries } from '../../src/embedded/binaries.ts';
import { endFamily, family, familyName, sendSignal } from '../../src/embedded/family.ts';
import { preparePlace, removeTemp } from '../../src/embedded/place.ts';
import { start as startProgram } from '../../src/embedded/program.ts';
import { type AtEnd, temporaryFolder, until } from '../support/service.ts';

/** A store of the test's own, which it may break. It listens on 127.0.0.1 and keeps what it was given when stopped. */
export interface OwnServer {
  readonly port: number;
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGSTOP: its connections stay open, and the kernel takes new ones for it. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

export interface OwnRedis extends OwnServer {
  /** Ends it on the spot: what it had not passed on is lost. */
  kill(): Promise<void>;
  /** A connection past all wires, for orders to the server. */
  readonly admin: Redis;
}

export const redisProgram = ['redis-server', 'valkey-server'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);

/** Stores of which a test can have one of its own here; global set-up says so when Redis is missing. */
export const ownStores = redisProgram ? (['redis', 'postgres'] as const) : (['postgres'] as const);

export const SAFE = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];

/** Redis with the given options beside safe ones. `admin` connects as redis:// on the port. */
export async function ownRedis(atEnd: AtEnd, options: readonly string[] = SAFE): Promise<OwnRedis> {
  const [folder, port] = await Promise.all([temporaryFolder(atEnd), freePort()]);
  const fixed = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--dir',
    folder,
    '--repl-diskless-sync-delay',
    '0',
  ];
  let child: ChildProcess;
  const start = async () => {
    child = spawn(redisProgram ?? 'redis-server', [...fixed, ...options], { stdio: 'ignore' });
    await until(() => reachable(port), 'Redis to listen');
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGCONT');
    child.kill(signal);
    await once(child, 'exit');
  };
  const stop = () => end('SIGTERM');
  await start();
  const admin = new Redis(port, '127.0.0.1').on('error', () => {});
  atEnd(async () => {
    admin.disconnect();
    await stop();
  });
  const signal = async (name: NodeJS.Signals) => void child.kill(name);
  const signals = { freeze: () => signal('SIGSTOP'), thaw: () => signal('SIGCONT') };
  return { port, url: `redis://127.0.0.1:${port}`, admin, start, stop, kill: () => end('SIGKILL'), ...signals };
}

export interface OwnPostgresOptions {
  /** Lines of pg_hba.conf for connections by TCP; the user postgres must be let in without a password. */
  readonly access?: string;
  readonly settings?: readonly string[];
  /** Files to be put into the data folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** The data folder of a stopped server to begin with; default: one that was never used. */
  readonly copyOf?: string;
}

export interface OwnPostgres extends OwnServer {
  /** Its data folder. */
  readonly home: string;
}

/** PostgreSQL that listens on a port, from the embedded default's binaries. */
export async function ownPostgres(atEnd: AtEnd, options: OwnPostgresOptions = {}): Promise<OwnPostgres> {
  const {
    access = 'host all all 127.0.0.1/32 trust',
    settings = [],
    files = {},
    copyOf = inject('madeData'),
  } = options;
  const [folder, port] = await Promise.all([temporaryFolder(atEnd), freePort()]);
  const place = await preparePlace(join(folder, 'data'));
  const binaries = await provideBinaries(place);
  execFileSync('cp', ['-a', copyOf, place.home]);
  const written = Object.entries({ ...files, 'pg_hba.conf': `local all all trust\n${access}\n` });
  for (const [name, text] of written) await writeOwned(join(place.home, name), text, place.runner);
  const name = await familyName(place.home);
  const fixed = [`cluster_name=${name}`, 'listen_addresses=127.0.0.1', `port=${port}`, 'fsync=off'];
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const args = [...fixed, `unix_socket_directories=${place.sockets}`, ...settings].flatMap((each) => ['-c', each]);
  const start = async () => {
    await startProgram(binaries.postgres, args, { folder: place.home, runner: place.runner });
    await until(() => answers(url), 'PostgreSQL to answer');
  };
  atEnd(async () => {
    await endFamily(name);
    await removeTemp(place.temp);
  });
  await start();
  return { port, url, home: place.home, start, stop: () => endFamily(name), ...familySignals(name) };
}

/** For all processes of a PostgreSQL, as a stopped container would have it. */
export function familySignals(name: string): Pick<OwnServer, 'freeze' | 'thaw'> {
  const signal = async (sent: NodeJS.Signals) => {
    for (const { pid } of await family(name)) sendSignal(pid, sent);
  };
  return { freeze: () => signal('SIGSTOP'), thaw: () => signal('SIGCONT') };
}

async function writeOwned(path: string, text: string, owner: { uid: number; gid: number } | undefined): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, text, { mode: 0o600 });
  if (owner) await chown(path, owner.uid, owner.gid);
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client(url);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

function reachable(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

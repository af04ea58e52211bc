import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { inject, onTestFinished, vi } from 'vitest';
import { endFamily, family, familyName } from '../src/embedded/family.ts';
import { type Embedded, startEmbedded } from '../src/embedded.ts';

export const isRoot = process.getuid?.() === 0;
export const NOBODY = 65534;

export async function tempDir(): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'embedded-test-')));
  onTestFinished(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}

/** A `DATA_DIR` of the test's own, whose server ends with the test. */
export async function dataDir(parent?: string): Promise<string> {
  const dir = join(parent ?? (await tempDir()), 'data');
  onTestFinished(async () => {
    if (existsSync(home(dir))) await endFamily(await familyName(home(dir)));
    const [, , temp] = (await readFile(join(dir, 'owner'), 'utf8').catch(() => '')).split('\n');
    if (temp) await rm(temp, { recursive: true, force: true });
  });
  return dir;
}

/** The same with data in it, as after a first start and a stop. */
export async function madeDir(): Promise<string> {
  const dir = await dataDir();
  await mkdir(dir);
  execFileSync('cp', ['-a', inject('madeData'), home(dir)]);
  return dir;
}

export function home(dir: string): string {
  return join(dir, 'postgres');
}

export async function serverProcesses(dir: string): ReturnType<typeof family> {
  return family(await familyName(home(dir)));
}

export async function postmaster(dir: string): Promise<number> {
  const found = (await serverProcesses(dir)).find((process) => process.postmaster);
  if (!found) throw new Error('no server on this folder');
  return found.pid;
}

/** The embedded PostgreSQL of this very process. */
export async function start(dir: string, patienceMs = 10_000): Promise<Embedded & { readonly facts: string[] }> {
  const facts: string[] = [];
  const embedded = await startEmbedded({ dataDir: dir, patienceMs, log: (fact) => facts.push(fact) });
  onTestFinished(() => embedded.stop());
  return { ...embedded, facts };
}

export async function query(connection: Embedded['connection'], sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

export const WRITE = "create table kept (word text); insert into kept values ('kept')";
export const READ = 'select word from kept';
export const KEPT = [{ word: 'kept' }];

/** What a service (`embedded-child.js`) says: one of these in each line. */
interface Said {
  readonly fact?: string;
  readonly connection?: Embedded['connection'];
  readonly error?: string;
}

export interface Service {
  readonly pid: number;
  readonly said: readonly Said[];
  readonly exited: Promise<unknown>;
  connected(): Promise<Embedded['connection']>;
  refused(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

export interface ServiceOptions {
  readonly dir: string;
  /** Another project than the one all tests share. */
  readonly app?: string;
  readonly patienceMs?: number;
  readonly uid?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** A process of its own, in a process group of its own. */
export function service({ app = inject('app'), dir, patienceMs = 10_000, uid, env }: ServiceOptions): Service {
  const child = spawn(process.execPath, [join(app, 'test', 'embedded-child.js'), dir, String(patienceMs)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    cwd: '/',
    env: { ...process.env, ...env },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const said: Said[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => said.push(JSON.parse(line)));
  return {
    pid: child.pid ?? 0,
    said,
    exited,
    connected: () => told(said, 'connection'),
    refused: () => told(said, 'error'),
    kill: (signal) => void child.kill(signal),
  };
}

function told<Key extends keyof Said>(said: Said[], key: Key): Promise<NonNullable<Said[Key]>> {
  return vi.waitFor(
    () => {
      const value = said.find((line) => line[key] !== undefined)?.[key];
      if (value === undefined || value === null) throw new Error(`no ${key} in ${JSON.stringify(said)}`);
      return value;
    },
    { timeout: 20_000, interval: 10 },
  );
}

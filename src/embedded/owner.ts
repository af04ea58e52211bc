import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Place } from './place.ts';
import { codeOf, inFolder, trouble } from './trouble.ts';

/**
 * One owner per `DATA_DIR`. The owner listens on the socket `owner.<n>` in it: the kernel refuses a connection as soon
 * as the owner is dead, whatever became of its process id, and also across containers that share the folder, where
 * process ids mean nothing. Who finds owner n dead makes n + 1 by an atomic link, so one of several succeeds. The
 * highest number is never removed, also not by a clean release: numbers only grow, and a late starter that looked at
 * an older state either fails at the link or finds a higher number afterwards and withdraws.
 */
export interface Ownership {
  /** Temp folder of the owner before us, if it did not clean up. */
  readonly leftTemp: string | undefined;
  release(): Promise<void>;
}

export interface OwnerOptions {
  readonly place: Pick<Place, 'dataDir' | 'shortDataDir' | 'temp'>;
  /** How long to wait for another owner to go. */
  readonly patienceMs: number;
  readonly log: (fact: string, details?: object) => void;
  readonly signal: AbortSignal;
}

export async function becomeOwner({ place, patienceMs, log, signal }: OwnerOptions): Promise<Ownership> {
  const until = Date.now() + patienceMs;
  for (let waits = 0; ; waits += 1) {
    signal.throwIfAborted();
    const listener = await claim(place.shortDataDir).catch(inFolder(place.dataDir));
    if (listener) return takeOffice(place, listener);
    const owner = await readOwner(place.dataDir);
    if (Date.now() >= until) throw inUse(place.dataDir, owner);
    if (waits === 0) log('DATA_DIR is in use: waiting for its owner to go', { owner: owner.pid });
    await sleep(100, undefined, { signal });
  }
}

async function takeOffice(place: OwnerOptions['place'], listener: Server): Promise<Ownership> {
  const { temp: leftTemp } = await readOwner(place.dataDir);
  const note = join(place.dataDir, 'owner');
  try {
    await rm(note, { force: true });
    await writeFile(note, [process.pid, hostname(), place.temp, ''].join('\n'), { flag: 'wx' });
  } catch (error) {
    await close(listener);
    return inFolder(place.dataDir)(error);
  }
  return { leftTemp, release: () => close(listener) };
}

async function claim(dir: string): Promise<Server | undefined> {
  const last = await newest(dir);
  if (last > 0 && (await answers(join(dir, `owner.${last}`)))) return undefined;
  const draft = join(dir, `claim.${randomBytes(4).toString('hex')}`);
  const listener = await listen(draft);
  try {
    if (await publish(dir, draft, last + 1)) return listener;
  } catch (error) {
    await close(listener);
    throw error;
  }
  await close(listener);
  return undefined;
}

/** Answers whether `draft` became the owner's socket with the highest number. */
async function publish(dir: string, draft: string, number: number): Promise<boolean> {
  const own = join(dir, `owner.${number}`);
  try {
    await link(draft, own);
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes(codeOf(error))) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  if ((await newest(dir)) !== number) {
    await rm(own, { force: true });
    return false;
  }
  await sweep(dir, number);
  return true;
}

/** Removes what earlier owners left. A claim that is under way loses nothing by it: its link fails and it looks again. */
async function sweep(dir: string, number: number): Promise<void> {
  for (const name of await readdir(dir)) {
    const old = ownerNumber(name) > 0 && ownerNumber(name) < number;
    if (old || /^claim\.[0-9a-f]{8}$/.test(name)) await rm(join(dir, name), { force: true });
  }
}

async function newest(dir: string): Promise<number> {
  return Math.max(0, ...(await readdir(dir)).map(ownerNumber));
}

function ownerNumber(name: string): number {
  return Number(/^owner\.(\d+)$/.exec(name)?.[1] ?? 0);
}

/** Only a refused connection proves a dead owner: a frozen one still has its queue, and a full queue is an owner too. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true));
    socket.once('error', (error) => resolve(!['ECONNREFUSED', 'ENOENT'].includes(codeOf(error))));
    socket.once('connect', () => socket.destroy());
  });
}

/** Everybody may connect, so that another user of the same folder can tell whether we live. */
function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen({ path, readableAll: true, writableAll: true }, () => resolve(server.unref()));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

interface OwnerNote {
  readonly pid: string | undefined;
  readonly host: string | undefined;
  readonly temp: string | undefined;
}

/** For people and for tidying up only; who owns the folder is decided by the socket. */
export async function readOwner(dataDir: string): Promise<OwnerNote> {
  const text = await readFile(join(dataDir, 'owner'), 'utf8').catch(() => undefined);
  const [pid, host, temp] = text?.split('\n') ?? [];
  return { pid, host, temp };
}

function inUse(dataDir: string, { pid, host }: OwnerNote): Error {
  const who = pid === undefined ? 'another process' : `process ${pid} on ${host}`;
  return trouble(`DATA_DIR ${dataDir} is in use by ${who}: stop it, give this one another DATA_DIR`);
}

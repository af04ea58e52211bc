import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendSignal } from './family.ts';
import type { Runner } from './place.ts';
import { folderTrouble, spawnTrouble } from './trouble.ts';

export interface Program {
  readonly pid: number;
  /** Resolves with its last words when it has ended. */
  readonly ended: Promise<{ readonly ok: boolean; readonly words: string }>;
}

export interface RunOptions {
  /** Data folder the program works on, and its working folder. */
  readonly folder: string;
  readonly runner: Runner | undefined;
  readonly signal?: AbortSignal;
  /** Sees all that was kept of the program's messages, each time there are more. */
  readonly onWords?: (words: string, pid: number) => void;
}

/** Of the messages only this much is kept: enough for the last few. */
const KEPT = 4000;

/**
 * Starts a program of PostgreSQL in a session of its own, so that a signal to our process group does not reach it, and
 * in an environment with nothing of ours. Its messages come by a pipe: it is read as long as we live, and a broken one
 * does not disturb PostgreSQL.
 */
export async function start(path: string, args: string[], options: RunOptions): Promise<Program> {
  const { folder, runner, signal, onWords } = options;
  const child = spawn(path, ['-D', seenBy(runner, folder), ...args], {
    cwd: folder,
    ...runner,
    detached: true,
    env: { LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const { pid = 0 } = child;
  let kept = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    kept = (kept + more).slice(-KEPT);
    onWords?.(kept, pid);
  });
  await once(child, 'spawn').catch((error: unknown) => {
    throw existsSync(folder) ? spawnTrouble(path, error) : folderTrouble(folder, error);
  });
  const kill = () => sendSignal(pid, 'SIGKILL');
  signal?.addEventListener('abort', kill);
  const ended = ending(child).then((ok) => {
    signal?.removeEventListener('abort', kill);
    return { ok, words: kept };
  });
  return { pid, ended };
}

export async function run(path: string, args: string[], options: RunOptions): Promise<Awaited<Program['ended']>> {
  return (await start(path, args, options)).ended;
}

/**
 * For root, the data folder as its unprivileged server sees it: as its working folder. Root may enter any folder and
 * drops its rights afterwards, so the data can stay in a `DATA_DIR` that only root can reach.
 */
function seenBy(runner: Runner | undefined, folder: string): string {
  return runner ? '/proc/self/cwd' : folder;
}

async function ending(child: ChildProcess): Promise<boolean> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  // The pipe may still hold the reason; but children of a killed server can keep it open for long.
  await Promise.race([closed, sleep(200)]);
  return code === 0;
}

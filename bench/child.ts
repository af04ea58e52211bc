import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A server under test in a process of its own. */
export interface Child {
  readonly pid: number;
  /** Where it takes events; empty for one that takes none. */
  readonly url: string;
  readonly ops: string;
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** Arguments for node. */
  readonly entry: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly ground: Shelter;
}

export interface Shelter {
  /** Logs go to files there: a pipe would cost us what reading it costs. */
  readonly folder: string;
  /** Hears how to undo what was started; last first at the end, however that comes. */
  readonly atEnd: (undo: () => Promise<void> | void) => void;
}

/** Starts it on free ports of the loopback, and resolves when its log says `started`. */
export async function startChild({ entry, env, ground }: ChildOptions): Promise<Child> {
  const file = join(ground.folder, `${randomUUID()}.log`);
  const output = openSync(file, 'w');
  const { PATH = '', HOME = '' } = process.env;
  const all = { PATH, HOME, HOST: '127.0.0.1', PORT: '0', OPS_PORT: '0', ...env };
  const child = spawn(process.execPath, [...entry], { env: all, stdio: ['ignore', output, output] });
  closeSync(output);
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill();
    await exited;
  };
  ground.atEnd(stop);
  const log = await untilStarted(file, () => child.exitCode !== null || child.signalCode !== null);
  return {
    pid: child.pid ?? 0,
    url: /"url":"([^"]+)"/.exec(log)?.[1] ?? '',
    ops: /"ops":"([^"]+)"/.exec(log)?.[1] ?? '',
    stop,
  };
}

async function untilStarted(file: string, hasEnded: () => boolean): Promise<string> {
  for (;;) {
    const over = hasEnded();
    const log = await readFile(file, 'utf8');
    if (log.includes('"msg":"started"')) return log;
    if (over) throw new Error(`it ended instead of starting: ${log.slice(-2_000)}`);
    await pause(10);
  }
}

/** On Linux 100 everywhere. */
const TICKS_PER_SECOND = 100;

/** Seconds of CPU the process has used so far; undefined where there is no /proc. */
export function cpuSeconds(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}

/** Resident memory in MB now; undefined where there is no /proc. */
export function residentMb(pid: number): number | undefined {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return undefined;
  }
}

import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** One process of a server: the postmaster, or a child of it. */
interface Member {
  readonly pid: number;
  readonly postmaster: boolean;
}

/** How long each way of ending is given. Together well below the 15 s the whole service has. */
const ENDINGS = [
  ['SIGINT', 4000],
  ['SIGQUIT', 1500],
  ['SIGKILL', 2000],
] as const;

const PREFIX = 'feishu-helpdesk-bot-';

/**
 * The server's name for its data folder, passed as `cluster_name`. PostgreSQL shows it in the command line of the
 * postmaster and of every child, so that processes are known by what they are and never by a number in a file.
 */
export async function familyName(home: string): Promise<string> {
  const { dev, ino } = await stat(home);
  return `${PREFIX}${dev.toString(16)}-${ino.toString(16)}`;
}

/**
 * Ends a server whatever its state: fast shutdown, immediate shutdown, then SIGKILL for each of its processes. Frozen
 * ones are woken, orphans of a killed postmaster included. Who is the server is looked up anew before each signal.
 */
export async function endFamily(name: string): Promise<void> {
  for (const [signal, patienceMs] of ENDINGS) {
    for (const { pid, postmaster } of await family(name)) {
      if (postmaster || signal === 'SIGKILL') sendSignal(pid, signal);
      sendSignal(pid, 'SIGCONT');
    }
    if (await extinct(name, patienceMs)) return;
  }
}

/** The living processes of this server; a zombie has no command line and does not count. */
export async function family(name: string): Promise<Member[]> {
  const members: Member[] = [];
  for (const { pid, command } of await commands()) {
    const postmaster = /postgres -D /.test(command) && command.includes(` cluster_name=${name} `);
    if ((postmaster || command.startsWith(`postgres: ${name}: `)) && sendSignal(pid, 0))
      members.push({ pid, postmaster });
  }
  return members;
}

/** Whether this process is a PostgreSQL that no bot started. */
export async function isForeignServer(pid: number): Promise<boolean> {
  const found = (await commands()).find((one) => one.pid === pid);
  return (
    found !== undefined && /(^|\/)(postgres|postmaster)[ :]/.test(found.command) && !found.command.includes(PREFIX)
  );
}

async function extinct(name: string, patienceMs: number): Promise<boolean> {
  const until = Date.now() + patienceMs;
  while ((await family(name)).length > 0) {
    if (Date.now() > until) return false;
    await sleep(25);
  }
  return true;
}

/** Answers whether the process was there and ours to signal. */
export function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

interface Command {
  readonly pid: number;
  readonly command: string;
}

/** Linux without `ps`, which slim images lack. */
async function commands(): Promise<Command[]> {
  if (process.platform !== 'linux') return psCommands();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return { pid: Number(pid), command: line.replaceAll('\0', ' ') };
    }),
  );
}

async function psCommands(): Promise<Command[]> {
  const { stdout } = await promisify(execFile)('ps', ['-Awwo', 'pid=,command='], { maxBuffer: 16 << 20 });
  return stdout.split('\n').map((line) => {
    const [, pid, command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(pid ?? 0), command: `${command} ` };
  });
}

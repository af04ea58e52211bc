import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** The service as a process of its own, as an operator runs it. */
export interface Program {
  readonly process: ChildProcess;
  /** Where Feishu's events go; empty in the worker role. */
  readonly webhook: string;
  readonly ops: string;
  /** Every log line so far, parsed; a line that is no JSON stands under `text`. */
  readonly log: readonly LogLine[];
  /** Sends the signal (SIGTERM by default) and resolves with the exit code, or the signal's name. */
  stop(signal?: NodeJS.Signals): Promise<number | string>;
}

export type LogLine = Readonly<Record<string, unknown>>;

export interface ProgramOptions {
  /** Arguments for node: the entry's full path, with `--import tsx` in front when it is TypeScript. */
  readonly entry: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** `.env` is read from here; demo/, which has none, unless told. */
  readonly cwd?: string;
  /** Its own process group, so that a test can kill the group. */
  readonly detached?: boolean;
}

/**
 * Starts the service on free ports of the loopback, with nothing from our own environment but what programs need to
 * run, and resolves when it says that it has started. An operator's `.env` is not for it: the trouble that demo, tests and
 * chaos make must not reach a real group robot, nor their words be a team's.
 *
 * @throws with its last words when it ends instead.
 */
export async function startProgram({ entry, env, cwd = HERE, detached = false }: ProgramOptions): Promise<Program> {
  const { PATH = '', HOME = '' } = process.env;
  const defaults = { PATH, HOME, HOST: '127.0.0.1', PORT: '0', OPS_PORT: '0' };
  const child = spawn(process.execPath, [...entry], {
    cwd,
    detached,
    env: { ...defaults, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: LogLine[] = [];
  const lastWords: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => lastWords.push(line));
  const started = new Promise<LogLine>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const fields = parse(line);
      log.push(fields);
      if (fields.msg === 'started') resolve(fields);
    });
    child.once('close', (code, signal) =>
      reject(new Error(`the service ended (${code ?? signal}): ${lastWords.join('\n')}`)),
    );
  });
  const { ops } = await started;
  const webhook = log.find(({ msg }) => msg === 'waiting for events')?.url;
  return {
    process: child,
    webhook: typeof webhook === 'string' ? webhook : '',
    ops: String(ops),
    log,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await once(child, 'exit');
      }
      return child.exitCode ?? child.signalCode ?? 0;
    },
  };
}

function parse(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { text: line };
  }
}

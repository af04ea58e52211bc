import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type LogLine, type Program, startProgram } from '../demo/program.ts';
import type { Dice } from './dice.ts';

export type Role = 'web' | 'worker' | 'all';

export interface CrewOptions {
  readonly roles: readonly Role[];
  readonly env: Readonly<Record<string, string>>;
  readonly dice: Dice;
}

/** The processes of the service, and whoever starts them again. */
export interface Crew {
  /** The web processes that are up now. */
  doors(): Program[];
  /** `kill -9` on one of this role, which is started again after `downMs`. Nothing when none is up. */
  kill(role: Role, downMs: number): Promise<void>;
  killAll(role: Role, downMs: number): Promise<void>;
  /** SIGTERM to each in turn; the next one when its successor has started. */
  restart(): Promise<void>;
  /** When all are up and say that they are ready. */
  ready(): Promise<void>;
  stop(): Promise<void>;
  /** Every line that all of them, the dead too, have logged. */
  log(): LogLine[];
  readonly figures: { kills: number; restarts: number };
  /** What a process did that no process should: ended by itself, or not with 0 when told to stop. */
  readonly misconduct: readonly string[];
}

interface Member {
  readonly role: Role;
  program?: Program | undefined;
  /** A start or an end is under way. */
  busy: boolean;
}

/** Starts one process for each role given. */
export async function startCrew({ roles, env, dice }: CrewOptions): Promise<Crew> {
  const misconduct: string[] = [];
  const figures = { kills: 0, restarts: 0 };
  const past: Program[] = [];
  let stopped = false;

  const launch = async (member: Member): Promise<void> => {
    while (!stopped) {
      try {
        const program = await startProgram({
          entry: [resolve('dist/src/main.js')],
          env: { ...env, ROLE: member.role },
        });
        past.push(program);
        if (stopped) return void (await program.stop());
        member.program = watched(program);
        member.busy = false;
        return;
      } catch (error) {
        misconduct.push(`${member.role} did not start: ${error instanceof Error ? error.message : String(error)}`);
        await pause(1_000);
      }
    }
  };

  /** A process that ends unasked is told on, and started again as any supervisor would. */
  const watched = (program: Program): Program => {
    const words: string[] = [];
    program.process.stderr?.on('data', (bytes) => words.splice(0, words.length - 20, String(bytes)));
    program.process.once('exit', (code, signal) => {
      const member = members.find((each) => each.program === program);
      if (!member || member.busy || stopped) return;
      misconduct.push(`${member.role} ended by itself (${code ?? signal}): ${words.join('').slice(-2_000)}`);
      member.busy = true;
      void launch(member);
    });
    return program;
  };

  const end = async (member: Member, signal: NodeJS.Signals, downMs: number): Promise<void> => {
    const { program } = member;
    if (member.busy || !program) return;
    member.busy = true;
    member.program = undefined;
    const asked = performance.now();
    const outcome = await program.stop(signal);
    const tookMs = Math.round(performance.now() - asked);
    if (signal === 'SIGKILL') figures.kills += 1;
    else if (outcome === 0 && tookMs < STOP_LIMIT_MS) figures.restarts += 1;
    else misconduct.push(`${member.role}, told to stop, ended with ${outcome} after ${tookMs} ms`);
    await pause(downMs);
    await launch(member);
  };

  const members: Member[] = roles.map((role) => ({ role, busy: true }));
  await Promise.all(members.map(launch));
  const alive = (role: Role) => members.filter((each) => !each.busy && [role, 'all'].includes(each.role));
  return {
    doors: () => members.flatMap(({ program }) => (program?.webhook ? [program] : [])),
    kill: async (role, downMs) => {
      const [first, ...others] = alive(role);
      if (first) await end(dice.pick([first, ...others]), 'SIGKILL', downMs);
    },
    killAll: async (role, downMs) => {
      await Promise.all(alive(role).map((member) => end(member, 'SIGKILL', downMs)));
    },
    restart: async () => {
      for (const member of members) await end(member, 'SIGTERM', 0);
    },
    ready: () => untilAll(members),
    stop: async () => {
      stopped = true;
      await Promise.all(past.map((program) => program.stop()));
    },
    log: () => past.flatMap(({ log }) => log),
    figures,
    misconduct,
  };
}

/** The promise is 15 s, whatever is away; here two cores do everything at once. */
const STOP_LIMIT_MS = 17_000;

async function untilAll(members: readonly Member[]): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const answers = await Promise.all(members.map(({ program }) => isReady(program)));
    if (answers.every(Boolean)) return;
    await pause(100);
  }
  throw new Error('the service does not become ready within a minute');
}

const isReady = async (program: Program | undefined): Promise<boolean> =>
  program !== undefined && (await fetch(`${program.ops}/readyz`).catch(() => undefined))?.ok === true;

import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Burst, BurstResult } from './process.ts';

export interface Sender {
  fire(burst: Burst): Promise<BurstResult>;
  stop(): void;
}

/** Starts the sender's process. One burst at a time. */
export function startSender(): Sender {
  const child = fork(new URL('process.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  const ended = once(child, 'exit').then(() => {
    throw new Error('the sender of events ended');
  });
  ended.catch(() => {});
  return {
    fire: async (burst) => {
      child.send(burst);
      const [result] = await Promise.race([once(child, 'message'), ended]);
      return result as BurstResult;
    },
    stop: () => void child.kill(),
  };
}

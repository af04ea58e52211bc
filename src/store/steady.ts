import { setTimeout as sleep } from 'node:timers/promises';
import type { IQueueBackend, Processor, Worker } from 'bullmq';
import type { JobWorker } from './contract.ts';

/** What makes BullMQ's classes live through outages of their store, the same on every store. */

/** After a question for a job that failed. */
const ASK_AGAIN_MS = 500;
/** A worker that waits for a job is silent; a wire that broke meanwhile is found after this time. */
const WAIT_SECONDS = 1;
/** What a worker without a job in hand may take to close. */
const CLOSE_LIMIT_MS = 1_000;

/**
 * BullMQ takes most errors for answers and asks for the next job at once, thousands of times a second; and where jobs are
 * delayed, it waits for 10 s on Redis and for an hour on PostgreSQL without hearing from the store.
 */
export function paced<B extends Pick<IQueueBackend, 'moveToActive' | 'waitForJob'>>(backend: B): B {
  const { moveToActive, waitForJob } = backend;
  backend.moveToActive = async (...question) => {
    try {
      return await moveToActive.apply(backend, question);
    } catch (error) {
      await sleep(ASK_AGAIN_MS);
      throw error;
    }
  };
  backend.waitForJob = (seconds) => waitForJob.call(backend, Math.min(seconds, WAIT_SECONDS));
  return backend;
}

type Preparing = Pick<Worker, 'waitUntilReady' | 'close'>;

/**
 * BullMQ prepares a connection once, when it is made; a queue or worker that failed at it stays useless.
 * Such a one is thrown away and made anew.
 */
export async function prepared<T extends Preparing>(make: () => T): Promise<T> {
  for (;;) {
    const made = make();
    try {
      await made.waitUntilReady();
      return made;
    } catch {
      await made.close().catch(() => {});
      await sleep(300);
    }
  }
}

type Closing = JobWorker & Preparing & { getBackend(): Pick<IQueueBackend, 'close'> };

/** Without its store a worker's own `close` never ends. Jobs in hand are waited for all the same. */
export async function closable(make: (run: Processor) => Closing, run: Processor): Promise<JobWorker> {
  const inHand = new Set<Promise<unknown>>();
  const worker = await prepared(() =>
    make(async (...job) => {
      const running = run(...job);
      inHand.add(running);
      return running.finally(() => inHand.delete(running));
    }),
  );
  return {
    isRunning: () => worker.isRunning(),
    close: async () => {
      const closed = worker.close();
      const emptied = Promise.allSettled(inHand).then(() => sleep(CLOSE_LIMIT_MS));
      await Promise.race([closed, emptied]);
      void worker
        .getBackend()
        .close(true)
        .catch(() => {});
    },
  };
}

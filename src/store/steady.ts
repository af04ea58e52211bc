import { setTimeout as sleep } from 'node:timers/promises';
import type { IQueueBackend, Processor, Worker } from 'bullmq';
import type { JobWorker } from './contract.ts';

/** What makes BullMQ's classes live through outages of their store, the same on every store. */

/** After a question for a job that failed. */
const ASK_AGAIN_MS = 500;
/** After a job could not be saved. */
const SAVE_AGAIN_MS = 100;
/** A worker that waits for a job is silent; a wire that broke meanwhile is found after this time. */
const WAIT_SECONDS = 1;
/** What a worker may take to close whose jobs in hand, if any, do nothing but wait for their store. */
const CLOSE_LIMIT_MS = 1_000;
const LOOK_EVERY_MS = 100;

type Working = Pick<IQueueBackend, 'moveToActive' | 'waitForJob' | 'updateData' | 'moveToDelayed' | 'close'>;

/** How long a job waits for its store. */
interface Patience {
  /** Whether the store refused for good: it is there, and will say the same again. */
  readonly isRefusal: (error: unknown) => boolean;
  readonly closing: () => boolean;
}

/**
 * BullMQ takes most errors for answers and asks for the next job at once, thousands of times a second; and where jobs are
 * delayed, it waits for 10 s on Redis and for an hour on PostgreSQL without hearing from the store. What a job has
 * learnt must be kept, so saving it waits for the store.
 *
 * @returns how many jobs wait for their store just now.
 */
function steady(backend: Working, { isRefusal, closing }: Patience): () => number {
  const { moveToActive, waitForJob, updateData, moveToDelayed } = backend;
  let waiting = 0;
  const counted = <T>(work: Promise<T>): Promise<T> => {
    waiting += 1;
    return work.finally(() => {
      waiting -= 1;
    });
  };
  backend.moveToActive = async (...question) => {
    try {
      return await moveToActive.apply(backend, question);
    } catch (error) {
      await sleep(ASK_AGAIN_MS);
      throw error;
    }
  };
  backend.waitForJob = (seconds) => waitForJob.call(backend, Math.min(seconds, WAIT_SECONDS));
  const save = async (...facts: Parameters<typeof updateData>): Promise<void> => {
    for (;;) {
      try {
        return await updateData.apply(backend, facts);
      } catch (error) {
        if (isRefusal(error) || closing()) throw error;
        await sleep(SAVE_AGAIN_MS);
      }
    }
  };
  backend.updateData = (...facts) => counted(save(...facts));
  backend.moveToDelayed = (...order) => counted(moveToDelayed.apply(backend, order));
  return () => waiting;
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

type Closing = JobWorker & Preparing & { getBackend(): Working };

/**
 * A worker that lives through outages, and that closes without its store: its own `close` never ends then. Jobs in hand
 * are waited for, unless all they do is wait for the store.
 */
export async function steadyWorker(
  make: (run: Processor) => Closing,
  run: Processor,
  isRefusal: Patience['isRefusal'],
): Promise<JobWorker> {
  const inHand = new Set<Promise<unknown>>();
  let closing = false;
  let waiting = () => 0;
  const worker = await prepared(() => {
    const made = make(async (...job) => {
      const running = run(...job);
      inHand.add(running);
      return running.finally(() => inHand.delete(running));
    });
    waiting = steady(made.getBackend(), { isRefusal, closing: () => closing });
    return made;
  });
  const nothingDone = async () => {
    for (let idleMs = 0; idleMs < CLOSE_LIMIT_MS; idleMs = inHand.size > waiting() ? 0 : idleMs + LOOK_EVERY_MS)
      await sleep(LOOK_EVERY_MS);
  };
  return {
    isRunning: () => worker.isRunning(),
    close: async () => {
      closing = true;
      await Promise.race([worker.close(), nothingDone()]);
      void worker
        .getBackend()
        .close(true)
        .catch(() => {});
    },
  };
}

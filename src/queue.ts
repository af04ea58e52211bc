import type { JobsOptions } from 'bullmq';
import type { Ask } from './bot.ts';
import { handoffJobId, newHandoffJob, type OutboxJob } from './jobs.ts';
import { within } from './lifecycle.ts';
import { type JobQueue, type QueueName, type Store, StoreUnavailable } from './store/contract.ts';

/** The producers. All throw `StoreUnavailable`, within two seconds. */
export interface Queues {
  /** The id of this event's job, whether there is one or not. */
  idOf(event: { readonly identity: string }): string;
  /** Writes the ask; an ask that is there already, finished or not, stays as it is. Answers the job's id. */
  handoff(event: { readonly eventId: string; readonly identity: string }, ask: Ask): Promise<string>;
  /** Writes a message to the outbox, at most once per id. */
  say(id: string, job: OutboxJob): Promise<void>;
  /** Whether asks can be written; false until the store was reached for the first time. */
  open(): boolean;
  close(): Promise<void>;
}

/** Under Feishu's three seconds, with room for the answer. */
const ADD_LIMIT_MS = 1_800;

/** Longer than Feishu redelivers (7 h 05). The same for good and failed jobs: BullMQ applies the finishing job's to all. */
const KEEP = { age: 24 * 3_600 };

/**
 * Attempts are spent only when the store fails in the middle of a job: what Feishu refuses is settled by the worker,
 * which puts a job back without spending any.
 */
const JOB_OPTIONS: JobsOptions = {
  removeOnComplete: KEEP,
  removeOnFail: KEEP,
  attempts: 1_000,
  backoff: { type: 'fixed', delay: 1_000 },
  stackTraceLimit: 3,
};

export function createQueues({ store, appId }: { store: Store; appId: string }): Queues {
  let queues: Readonly<Record<QueueName, JobQueue>> | undefined;
  const prepare = async () => {
    await store.ready;
    const [handoff, outbox] = await Promise.all([
      store.queue('handoff', JOB_OPTIONS),
      store.queue('outbox', JOB_OPTIONS),
    ]);
    queues = { handoff, outbox };
  };
  void prepare();
  const queue = (name: QueueName): JobQueue => {
    if (!queues) throw new StoreUnavailable('not reached yet');
    return queues[name];
  };
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await within(ADD_LIMIT_MS, work());
    } catch (error) {
      throw error instanceof StoreUnavailable ? error : new StoreUnavailable(error);
    }
  };
  const idOf = ({ identity }: { readonly identity: string }) => handoffJobId(appId, identity);
  return {
    idOf,
    handoff: async ({ eventId, identity }, asked) => {
      const jobId = idOf({ identity });
      await ask(async () => queue('handoff').add('handoff', newHandoffJob(eventId, asked), { jobId }));
      return jobId;
    },
    say: async (id, job) => {
      await ask(async () => queue('outbox').add(job.name, job, { jobId: id }));
    },
    open: () => queues !== undefined,
    close: async () => {
      await Promise.all(Object.values(queues ?? {}).map((each) => each.close()));
    },
  };
}

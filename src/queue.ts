import type { JobsOptions } from 'bullmq';
import type { Ask, Decision, Instant } from './bot.ts';
import { handoffJobId, newHandoffJob, type OutboxJob } from './jobs.ts';
import { within } from './lifecycle.ts';
import { type JobQueue, type QueueName, type Store, StoreUnavailable } from './store/contract.ts';

/** The producers. All throw `StoreUnavailable`, within two seconds. */
export interface Queues {
  /** The id of this event's job, whether there is one or not. */
  idOf(event: { readonly identity: string }): string;
  /** Writes the ask; an ask that is there already, finished or not, stays as it is. */
  handoff(event: { readonly eventId: string; readonly identity: string }, ask: Ask, why?: Decision): Promise<Written>;
  /** Writes a message to the outbox, at most once per id. */
  say(id: string, job: OutboxJob): Promise<Written>;
  /** How full the queues are; for people and metrics, never for decisions. */
  look(): Promise<readonly QueueLook[]>;
  /** The queues themselves, for the queue page; throws at once. */
  all(): readonly JobQueue[];
  /** Whether asks can be written; false until the store was reached for the first time. */
  open(): boolean;
  close(): Promise<void>;
}

/** All that a worker needs: what it writes is not counted. */
export interface Outbox {
  say(id: string, job: OutboxJob): Promise<unknown>;
}

/** What was asked to be written is there. */
export interface Written {
  /** Asks the store whether it is new. It ends, and never throws: it is for counting, and Feishu's 200 does not wait for it. */
  isNew(): Promise<boolean>;
}

export interface QueueLook {
  readonly queue: QueueName;
  /** Jobs by BullMQ's state. */
  readonly counts: Readonly<Record<string, number>>;
  /** When the oldest job in sight was written that is not finished; absent when there is none. */
  readonly oldestAt?: Instant;
}

/** Under Feishu's three seconds, with room for the answer. */
const ADD_LIMIT_MS = 1_800;

/** BullMQ serves jobs without a priority first. Behind 600 courtesies a link would wait for 12 s. */
const COURTESY_PRIORITY = 10;

/** Longer than Feishu redelivers (7 h 05). The same for good and failed jobs: BullMQ applies the finishing job's to all. */
const KEEP = { age: 24 * 3_600 };

/**
 * Attempts are spent only when the store fails in the middle of a job: what Feishu refuses is settled by the worker,
 * which puts a job back without spending any.
 */
export const JOB_OPTIONS = {
  removeOnComplete: KEEP,
  removeOnFail: KEEP,
  attempts: 1_000,
  backoff: { type: 'fixed', delay: 1_000 },
  stackTraceLimit: 3,
} as const satisfies JobsOptions;

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
  const stamp = createStamp();
  /** BullMQ does not tell whether a job was there already, but one that was keeps the time it was written at. */
  const write = async (to: QueueName, jobId: string, name: string, data: object, rank = {}): Promise<Written> => {
    const timestamp = stamp();
    await queue(to).add(name, data, { jobId, timestamp, ...rank });
    const writtenAt = () => within(ADD_LIMIT_MS, store.writtenAt(to, jobId)).catch(() => undefined);
    return { isNew: async () => ((await writtenAt()) ?? timestamp) === timestamp };
  };
  return {
    idOf,
    handoff: ({ eventId, identity }, asked, why) =>
      ask(() => write('handoff', idOf({ identity }), 'handoff', newHandoffJob(eventId, asked, why))),
    say: (id, job) => {
      const rank = job.message.courtesy ? { priority: COURTESY_PRIORITY } : {};
      return ask(() => write('outbox', id, job.name, job, rank));
    },
    look: async () => Promise.all((['handoff', 'outbox'] as const).map((name) => look(name, queue(name)))),
    all: () => [queue('handoff'), queue('outbox')],
    open: () => queues !== undefined,
    close: async () => {
      await Promise.all(Object.values(queues ?? {}).map((each) => each.close()));
    },
  };
}

/** The time now in milliseconds, but never the same twice, so that it tells two jobs of one process apart. */
function createStamp(): () => Instant {
  let last = 0;
  return () => {
    last = Math.max(Date.now(), last + 1);
    return last;
  };
}

const UNFINISHED = ['waiting', 'prioritized', 'delayed', 'active'] as const;
const STATES = [...UNFINISHED, 'completed', 'failed'] as const;
/** The oldest job waits at the head of its line; delayed jobs stand in the order they are due, so some are looked at. */
const IN_SIGHT = 9;

async function look(name: QueueName, queue: JobQueue): Promise<QueueLook> {
  const [counts, jobs] = await Promise.all([
    queue.getJobCounts(...STATES),
    queue.getJobs([...UNFINISHED], 0, IN_SIGHT, true),
  ]);
  return { queue: name, counts, ...(jobs.length > 0 && { oldestAt: Math.min(...jobs.map((job) => job.timestamp)) }) };
}

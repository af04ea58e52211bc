import type { JobsOptions, Processor, Queue, Telemetry, Worker, WorkerOptions } from 'bullmq';
import type { Instant } from '../bot.ts';
import type { Ledger } from '../ledger.ts';

/** The store cannot be used now. At the door it becomes a 503, in a job another try. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  constructor(cause: unknown) {
    super(`the queue's store does not answer: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

export type QueueName = 'handoff' | 'outbox';

/** What we use of BullMQ's classes, the same on every store. */
export type JobQueue = Pick<Queue, 'add' | 'close' | 'getJob' | 'getJobCounts' | 'getJobs' | 'getRanges'>;
export type JobWorker = Pick<Worker, 'close' | 'isRunning'>;

/** Where queues and ledger live. Two bots (apps) can share one: everything is under the app id. */
export interface Store {
  /** Settles when the store was reached for the first time and is prepared. Tried until then, or until closed. */
  readonly ready: Promise<void>;
  /** Only after `ready`: BullMQ's classes made while their store is away may never recover. */
  queue(name: QueueName, defaultJobOptions: JobsOptions): Promise<JobQueue>;
  /** When this job was written, by its writer's clock; undefined when there is none. Cheaper than the job itself. */
  writtenAt(name: QueueName, jobId: string): Promise<Instant | undefined>;
  worker(name: QueueName, run: Processor, options: Omit<WorkerOptions, 'connection'>): Promise<JobWorker>;
  readonly ledger: Ledger;
  /** @throws when the store does not answer within a second or so. */
  ping(): Promise<void>;
  /** What the operator should change about the store; throws like `ping`. */
  advise(): Promise<readonly Advice[]>;
  /** Closes what is the store's own; queues and workers are closed by who made them. */
  close(): Promise<void>;
}

/** How the store is reached, and by which name errors of its connections are reported. */
export interface StoreOptions {
  /** Keeps the data of several apps apart; from the app id. */
  readonly namespace: string;
  readonly onError: (error: Error) => void;
  /** Hears what the operator should change about the store. */
  readonly onAdvice?: (advice: Advice) => void;
  /** Carries traces within the jobs. */
  readonly telemetry?: Telemetry;
  /** Makes nothing in the store: `ready` is settled at once, and its tables may not be there. */
  readonly looksOnly?: boolean;
}

export interface Advice {
  /** `error`: what the service promises does not hold until it is changed. */
  readonly level: 'info' | 'warn' | 'error';
  readonly sentence: string;
}

import type { Job } from 'bullmq';
import { createAlert } from './alert.ts';
import type { Handlers } from './bot.ts';
import { DelayedError, UnrecoverableError } from './bullmq.ts';
import type { WorkerConfig } from './config.ts';
import type { FeishuApi } from './feishu/api.ts';
import type { TokenKeeper } from './feishu/token.ts';
import { createGate } from './gate.ts';
import { runHandoff } from './handoff-job.ts';
import type { JobInHand, Settled } from './jobs.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Opinion } from './opinion.ts';
import { runOutbox } from './outbox-job.ts';
import type { Queues } from './queue.ts';
import { type JobWorker, type QueueName, type Store, StoreUnavailable } from './store/contract.ts';

export interface WorkerParts {
  readonly store: Store;
  readonly queues: Queues;
  readonly api: FeishuApi;
  readonly tokens: Pick<TokenKeeper, 'get'>;
  readonly handlers: Handlers;
  readonly opinion: Opinion;
  readonly config: WorkerConfig;
  /** Asked each time: it may change while the service runs. */
  readonly alertUrl: () => string | undefined;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface Workers {
  running(): boolean;
  /** Takes no more jobs and waits for those in hand. */
  close(): Promise<void>;
}

/**
 * BullMQ's defaults find a killed worker's job after a minute and give it up when that happens twice. These find it
 * within 13 s (a lock, and two looks for jobs without one), however often. `runRetryDelay` is the wait after an outage
 * of the store.
 */
const WORKER_OPTIONS = {
  lockDuration: 8_000,
  stalledInterval: 2_500,
  maxStalledCount: 1_000_000,
  runRetryDelay: 1_000,
  concurrency: 50,
};

/** Starts both workers as soon as the store is reached. */
export function startWorkers(parts: WorkerParts): Workers {
  const { store, queues, api, tokens, handlers, opinion, config, alertUrl, metrics, log } = parts;
  const { ledger } = store;
  const { reuseMs, language } = config;
  const gate = createGate({ ledger, log, ready: tokens.get, onQuotaWait: metrics.quotaWait });
  const shared = { ledger, metrics, log, alert: createAlert({ url: alertUrl, ledger, log }) };
  const opening = { api, gate, ledger, ...config, onAmbiguous: metrics.ambiguous };
  const handoff = { ...shared, opening, queues, opinion, handler: handlers.jobs.handoff };
  const outbox = { ...shared, api, gate, queues, reuseMs, language };

  let workers: readonly JobWorker[] = [];
  let closed = false;
  const start = (name: QueueName, run: (job: JobInHand) => Promise<Settled>) =>
    store.worker(name, (job, token) => settle(job, token, run, log), WORKER_OPTIONS);
  const open = async () => {
    await store.ready;
    if (closed) return;
    workers = await Promise.all([
      start('handoff', (job) => runHandoff(job, handoff)),
      start('outbox', (job) => runOutbox(job, outbox)),
    ]);
  };
  const opened = open();
  return {
    running: () => workers.length > 0 && workers.every((worker) => worker.isRunning()),
    close: async () => {
      closed = true;
      // Without its store nothing is open yet, and nothing will be.
      await Promise.race([opened, new Promise((resolve) => setTimeout(resolve, 1_000))]);
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

/**
 * Runs a job and ends it in BullMQ's terms. What the store's absence interrupted is tried again by BullMQ; every other
 * error is a bug or an unreadable job, which does not pass by itself and is kept for a person to look at.
 */
async function settle(
  job: Job,
  token: string | undefined,
  run: (job: JobInHand) => Promise<Settled>,
  log: Log,
): Promise<object> {
  const settled = await run(inHand(job)).catch((error: unknown) => {
    if (error instanceof StoreUnavailable) {
      log.warn({ err: error, jobId: job.id }, 'job interrupted; it is tried again');
      throw error;
    }
    log.error({ err: error, jobId: job.id }, 'job failed unexpectedly');
    return { failed: error instanceof Error ? error.message : String(error) };
  });
  if ('done' in settled) return settled.done;
  if ('failed' in settled) throw new UnrecoverableError(settled.failed);
  await job.moveToDelayed(Date.now() + Math.ceil(settled.laterMs), token);
  throw new DelayedError();
}

const inHand = (job: Job): JobInHand => ({
  id: String(job.id),
  data: job.data,
  writtenAt: job.timestamp,
  starts: job.attemptsStarted,
  save: (data) =>
    job.updateData(data).catch((error: unknown) => {
      throw new StoreUnavailable(error);
    }),
});

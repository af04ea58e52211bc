import { createRequire } from 'node:module';
import type { BoardHooks } from '@bull-board/api/typings/app';
import type { Job } from 'bullmq';
import type Koa from 'koa';
import { Queue } from './bullmq.ts';
import { anew } from './jobs.ts';
import type { Hiding, Log } from './log.ts';
import { QUEUES_PATH } from './queue-page.ts';
import type { JobQueue } from './store/contract.ts';

/** By `require`, like BullMQ: the board knows a queue by its class, and there must be one of it. */
const require = createRequire(import.meta.url);
const { createBullBoard } = require('@bull-board/api') as typeof import('@bull-board/api');
const { BullMQAdapter } = require('@bull-board/api/bullMQAdapter') as typeof import('@bull-board/api/bullMQAdapter');
const { KoaAdapter } = require('@bull-board/koa') as typeof import('@bull-board/koa');

/**
 * What may be done on the page. All else that the board can do would break a promise: a job that is removed is known no
 * more when Feishu delivers its event again, a finished one would send again, and an edited one is nobody's request.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  '/api/queues/:queueName/:jobId/retry',
  '/api/queues/:queueName/retry/:queueStatus',
  '/api/queues/:queueName/:jobId/promote',
  '/api/queues/:queueName/promote',
  '/api/queues/:queueName/pause',
  '/api/queues/:queueName/resume',
  '/api/queues/pause',
  '/api/queues/resume',
]);

/** The queues as bull-board shows them: without what people wrote, and with their ids as the log shows them. */
export function createBoard({
  queues,
  writable,
  hide,
  log,
}: {
  readonly queues: { all(): readonly JobQueue[] };
  readonly writable: boolean;
  readonly hide: Hiding;
  readonly log: Log;
}): Koa.Middleware {
  const serverAdapter = new KoaAdapter().setBasePath(QUEUES_PATH);
  const adapters = queues
    .all()
    .filter((queue) => queue instanceof Queue)
    .map((queue) => {
      const adapter = new CarefulAdapter(queue, { readOnlyMode: !writable });
      adapter.setFormatter('data', (data) => shown(data, hide));
      return adapter;
    });
  createBullBoard({ queues: adapters, serverAdapter, options: { handlerHooks: guard(log), uiConfig: LOOK } });
  return serverAdapter.registerPlugin({ mount: QUEUES_PATH });
}

const LOOK = { boardTitle: 'feishu-helpdesk-bot', hideDocsLink: true, showWorkers: false } as const;

function guard(log: Log): BoardHooks {
  return {
    before: ({ method, route, request: { params } }) => {
      if (method === 'get') return { allow: true };
      const allow = ALLOWED.has(route) && (params.queueStatus ?? 'failed') === 'failed';
      log.warn({ method, route, queue: params.queueName, jobId: params.jobId, allow }, 'queue page: asked to change');
      return allow ? { allow } : { allow, status: 403, message: 'not here: it would break a promise to people' };
    },
  };
}

/** Has a failed job run again so that it keeps every promise, and never one that ended well. */
class CarefulAdapter extends BullMQAdapter {
  override readonly allowCompletedRetries = false;

  override async getJob(id: string) {
    const job = await super.getJob(id);
    return job && carefully(job);
  }

  override async getJobs(...which: Parameters<InstanceType<typeof BullMQAdapter>['getJobs']>) {
    return (await super.getJobs(...which)).map(carefully);
  }
}

function carefully(job: Job): Job {
  const retry = job.retry.bind(job);
  job.retry = async (state) => {
    if (state !== 'failed') throw new Error('only a failed job may run again');
    await job.updateData(anew(job.data));
    await retry(state);
  };
  return job;
}

/** What a person wrote, wherever it stands in the data of a job. */
const WRITTEN: ReadonlySet<string> = new Set(['text']);

/** As the page shows it: what a person wrote is left out, their ids are hidden. */
const shown = (data: unknown, hide: Hiding): unknown =>
  JSON.parse(
    JSON.stringify(data ?? null, (name, value: unknown) => {
      if (WRITTEN.has(name)) return '(not shown)';
      return typeof value === 'string' ? hide.within(value) : value;
    }),
  );

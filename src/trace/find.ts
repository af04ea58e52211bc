import type { Job } from 'bullmq';
import { handoffJobId } from '../jobs.ts';
import type { JobQueue, QueueName } from '../store/contract.ts';

/** A job as it stands in the store, with where it stands. */
export interface Found {
  readonly queue: QueueName;
  readonly job: Job;
  /** BullMQ's word for it. */
  readonly state: string;
}

/** All that is kept of one event: its hand-off, when it was an ask, and its messages. */
export interface Kept {
  readonly handoffId: string;
  readonly jobs: readonly Found[];
}

export type Both = Readonly<Record<QueueName, JobQueue>>;

const STATES = ['completed', 'failed', 'active', 'waiting', 'prioritized', 'delayed'] as const;
/** Jobs read at a time where only their data tells whether they are meant. */
const PAGE = 200;

/**
 * Everything kept under this name: a reference, a job id, the id of a message, or the id of an event. Ids are made from
 * messages and from clicks; the event id of a message stands in the job alone, so that all jobs are read for it.
 */
export async function find(name: string, queues: Both, appId: string): Promise<readonly Kept[]> {
  const ids = { handoff: await idsIn(queues.handoff), outbox: await idsIn(queues.outbox) };
  const heads = new Set([...ids.handoff, ...ids.outbox].map(headOf));
  // A job on its way from one state to another may be missing from the lists.
  for (const id of [handoffJobId(appId, name), headOf(name)]) if (await queues.handoff.getJob(id)) heads.add(id);
  const meant = [...heads].filter(matcher(name, appId));
  const found = meant.length > 0 ? meant : await headsByEvent(name, queues, ids);
  return Promise.all(found.map((head) => gather(head, queues, ids)));
}

type Ids = Readonly<Record<QueueName, readonly string[]>>;

const idsIn = (queue: JobQueue) => queue.getRanges([...STATES], 0, -1);

/** The id of the hand-off that a message belongs to, or would, had there been one. */
const headOf = (id: string) => id.split('-')[0] ?? id;

function matcher(name: string, appId: string): (head: string) => boolean {
  const exact = handoffJobId(appId, name);
  if (/^[0-9a-f]{6}$/i.test(name)) return (head) => head === exact || head.startsWith(`h${name.toLowerCase()}`);
  return (head) => head === exact || head === headOf(name);
}

async function headsByEvent(eventId: string, queues: Both, ids: Ids): Promise<readonly string[]> {
  const heads = new Set<string>();
  for (const name of ['handoff', 'outbox'] as const) {
    for (let at = 0; at < ids[name].length; at += PAGE) {
      const jobs = await Promise.all(ids[name].slice(at, at + PAGE).map((id) => queues[name].getJob(id)));
      for (const job of jobs) if (job?.data?.eventId === eventId) heads.add(headOf(String(job.id)));
    }
  }
  return [...heads];
}

async function gather(handoffId: string, queues: Both, ids: Ids): Promise<Kept> {
  const messages = ids.outbox.filter((id) => headOf(id) === handoffId);
  const wanted = [
    { queue: 'handoff' as const, id: handoffId },
    ...messages.map((id) => ({ queue: 'outbox' as const, id })),
  ];
  const found = await Promise.all(
    wanted.map(async ({ queue, id }) => {
      const job = await queues[queue].getJob(id);
      return job ? [{ queue, job, state: await job.getState() }] : [];
    }),
  );
  return { handoffId, jobs: found.flat() };
}

import { Gauge, type Registry } from 'prom-client';
import { within } from './lifecycle.ts';
import type { QueueLook } from './queue.ts';

/** Prometheus gives up after 10 s at best, and is to see the rest while the store is away. */
const LOOK_LIMIT_MS = 1_000;

/** The queues are shared by all processes, and each tells the same of them. */
export function createQueueGauges(registers: Registry[]) {
  const jobs = new Gauge({
    name: 'bullmq_job_count',
    help: 'Jobs by state; finished ones are kept for a day',
    labelNames: ['queue', 'state'],
    registers,
  });
  const oldest = new Gauge({
    name: 'queue_oldest_job_seconds',
    help: 'Age of the oldest job that is not finished; 0 when there is none',
    labelNames: ['queue'],
    registers,
  });
  let look: () => Promise<readonly QueueLook[]> = async () => [];
  return {
    watch: (next: typeof look) => {
      look = next;
    },
    refresh: async () => {
      // A number nobody could read is left out: an old one would be taken for true.
      const looks = await within(LOOK_LIMIT_MS, look()).catch(() => []);
      jobs.reset();
      oldest.reset();
      for (const { queue, counts, oldestAt } of looks) {
        for (const [state, count] of Object.entries(counts)) jobs.set({ queue, state }, count);
        oldest.set({ queue }, oldestAt === undefined ? 0 : Math.max(0, (Date.now() - oldestAt) / 1000));
      }
    },
  };
}

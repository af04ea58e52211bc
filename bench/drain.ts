import { setTimeout as pause } from 'node:timers/promises';
import { type Simulator, startSimulator } from '../simulator/index.ts';
import type { OpenId } from '../src/bot.ts';
import { createQueues } from '../src/queue.ts';
import { openRedis } from '../src/store/redis.ts';
import { type Child, startChild } from './child.ts';
import { ENTRY, type Ground } from './contestants.ts';
import { short, table } from './figures.ts';
import type { Scale } from './scale.ts';

/** Hand-offs that wait, against Feishu's quotas as sliding windows. */
export interface DrainRow {
  readonly workers: number;
  readonly handoffs: number;
  /** From the first call of `start_service` to the last link. */
  readonly seconds: number;
  /** The least that the quotas allow. */
  readonly leastSeconds: number;
  /** Calls that Feishu refused because a quota was full. */
  readonly refused: number;
}

/** One worker and two, each against a Feishu of its own; at the same time, since they mostly wait. */
export async function benchDrain(ground: Ground, { waiting }: Scale): Promise<DrainRow[]> {
  return Promise.all([1, 2].map((workers) => drain(workers, waiting, ground)));
}

async function drain(workers: number, handoffs: number, ground: Ground): Promise<DrainRow> {
  const feishu = await startSimulator();
  ground.atEnd(feishu.close);
  await fill(feishu, handoffs, ground);
  const env = { ...feishu.env, QUEUE_URL: ground.redis.url, ROLE: 'worker' };
  const children: Child[] = await Promise.all(
    Array.from({ length: workers }, () => startChild({ entry: ENTRY, env, ground })),
  );
  while (feishu.messages.length < handoffs) await pause(100);
  const [first] = feishu.callsTo('start_service');
  const last = feishu.messages.at(-1);
  for (const child of children) await child.stop();
  const served = new Set(feishu.messages.map(({ to }) => to)).size;
  if (served !== handoffs || feishu.tickets.length !== handoffs)
    throw new Error(`${handoffs} asks led to ${feishu.tickets.length} chats and to links for ${served} people`);
  const refused = feishu.calls.filter(({ status }) => status === 429).length;
  const seconds = ((last?.at ?? 0) - (first?.at ?? 0)) / 1_000;
  await feishu.close();
  return { workers, handoffs, seconds, leastSeconds: leastSeconds(handoffs), refused };
}

async function fill(feishu: Simulator, handoffs: number, { redis }: Ground): Promise<void> {
  const appId = feishu.app.id;
  const onError = (error: Error) => process.stderr.write(`${error.message}\n`);
  const store = openRedis(redis.url, { namespace: appId, onError });
  const queues = createQueues({ store, appId });
  while (!queues.open()) await pause(20);
  for (let n = 0; n < handoffs; n += 1) {
    const person = feishu.newPerson() as OpenId;
    const ask = { person, at: Date.now(), source: 'menu', menuKey: 'human_agent' } as const;
    await queues.handoff({ eventId: person, identity: person }, ask);
  }
  await queues.close();
  await store.close();
}

const PER_SECOND = 50;
const PER_MINUTE = 1_000;

/** Fifty at once each second, until the minute's thousand are used up; then again when the minute is over. */
export function leastSeconds(calls: number): number {
  const minutes = Math.ceil(calls / PER_MINUTE) - 1;
  const rest = calls - minutes * PER_MINUTE;
  return minutes * 60 + Math.ceil(rest / PER_SECOND) - 1;
}

export function showDrain(rows: readonly DrainRow[]): string {
  const lines = rows.map(({ workers, handoffs, seconds, leastSeconds: least, refused }) => [
    `${handoffs} hand-offs, ${workers} worker${workers > 1 ? 's' : ''}`,
    seconds.toFixed(1),
    short(least),
    (seconds / least).toFixed(3),
    String(refused),
  ]);
  return table(['drain', 's', 'least s', 'ratio', 'refused'], lines);
}

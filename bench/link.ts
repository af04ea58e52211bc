import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Simulator, startSimulator } from '../simulator/index.ts';
import { type Child, startChild } from './child.ts';
import { ENTRY, type Ground } from './contestants.ts';
import { short, type Times, table, times } from './figures.ts';
import type { Scale } from './scale.ts';

/** From the first byte of the event to the message arriving at Feishu. */
export interface LinkRow {
  readonly name: string;
  /** What each call to Feishu takes; there are two between the ask and its link. */
  readonly callMs: number;
  readonly idle: Times;
  /** While the door takes 200 events a second, ten of which are asks. */
  readonly busy: Times;
}

const CALLS = 2;
const BUSY_PER_SECOND = 200;
/** Every twentieth event is an ask: Feishu opens 16 chats a second at most, for as long as it takes. */
const ASK_EVERY = 20;
/** They write about other things, and have had their guide. */
const TALKERS = 40;

const CREWS: Readonly<Record<string, readonly string[]>> = {
  'Redis, web and worker': ['web', 'worker'],
  'Redis, two of each': ['web', 'web', 'worker', 'worker'],
  'embedded PostgreSQL': ['all'],
};

export async function benchLink(ground: Ground, scale: Scale): Promise<LinkRow[]> {
  const rows: LinkRow[] = [];
  for (const callMs of [0, 100])
    for (const [name, roles] of Object.entries(CREWS)) rows.push(await measure(name, roles, { callMs, ground, scale }));
  return rows;
}

interface Conditions {
  readonly callMs: number;
  readonly ground: Ground;
  readonly scale: Scale;
}

async function measure(name: string, roles: readonly string[], conditions: Conditions): Promise<LinkRow> {
  const { callMs, ground, scale } = conditions;
  const feishu = await startSimulator({ latencyMs: callMs });
  ground.atEnd(feishu.close);
  const isEmbedded = roles.includes('all');
  const store = isEmbedded ? { DATA_DIR: join(ground.folder, feishu.app.id) } : { QUEUE_URL: ground.redis.url };
  const start = (ROLE: string) => startChild({ entry: ENTRY, env: { ...feishu.env, ...store, ROLE }, ground });
  const children = await Promise.all(roles.map(start));
  const doors = children.filter(({ url }) => url !== '').map(({ url }) => url);
  await untilReady(children);
  for (let n = 0; n < scale.warmAsks; n += 1) await ask(feishu, doors[n % doors.length]);
  const idle: number[] = [];
  for (let n = 0; n < scale.idleAsks; n += 1) {
    idle.push(await ask(feishu, doors[n % doors.length]));
    // The turns of the next ask must be free: they are 22 ms apart.
    await pause(50);
  }
  const busy = await underLoad(feishu, doors, scale.busyAsks);
  for (const child of children) await child.stop();
  await feishu.close();
  return { name, callMs, idle: times(idle), busy: times(busy) };
}

async function untilReady(children: readonly Child[]): Promise<void> {
  for (const { ops } of children) while (!(await fetch(`${ops}/readyz`).catch(() => undefined))?.ok) await pause(20);
}

/** Milliseconds until the link is there. */
async function ask(feishu: Simulator, url: string | undefined): Promise<number> {
  const person = feishu.newPerson();
  const event = feishu.events.text({ person, text: '转人工' });
  const arrived = new Promise<number>((resolve) => {
    const stop = feishu.listen((seen) => {
      if (seen.kind !== 'message' || seen.message.to !== person) return;
      stop();
      resolve(performance.now());
    });
  });
  const at = performance.now();
  feishu.webhook = url;
  await feishu.deliverWithRetries(event);
  return (await arrived) - at;
}

async function underLoad(feishu: Simulator, doors: readonly string[], asks: number): Promise<number[]> {
  const talkers = Array.from({ length: TALKERS }, () => feishu.newPerson());
  const say = async (n: number) => {
    const event = feishu.events.text({ person: talkers[n % TALKERS] ?? '', text: '打印机没有墨了' });
    feishu.webhook = doors[n % doors.length];
    await feishu.deliver(event);
  };
  // Guides come once in ten minutes, and leave for Feishu before anything is measured.
  for (let n = 0; n < TALKERS; n += 1) await say(n);
  await pause(TALKERS * 30);
  const links: Array<Promise<number>> = [];
  const others: Array<Promise<void>> = [];
  const startedAt = performance.now();
  for (let n = 0; links.length < asks; n += 1) {
    const due = startedAt + (n * 1_000) / BUSY_PER_SECOND;
    if (due > performance.now()) await pause(due - performance.now());
    if (n % ASK_EVERY === 0) links.push(ask(feishu, doors[n % doors.length]));
    else others.push(say(n));
  }
  await Promise.all(others);
  return Promise.all(links);
}

export function showLink(rows: readonly LinkRow[]): string {
  const head = ['ask to link, ms above two calls', 'idle p50', 'idle p99', '200/s p50', '200/s p99'];
  const lines = rows.map(({ name, callMs, idle, busy }) => [
    `${name}, calls of ${callMs} ms`,
    ...[idle.median, idle.p99, busy.median, busy.p99].map((ms) => short(ms - CALLS * callMs)),
  ]);
  return table(head, lines);
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { residentMb, startChild } from './child.ts';
import { ENTRY, type Ground } from './contestants.ts';
import { type Figure, figure, short, spread, table } from './figures.ts';
import type { Scale } from './scale.ts';
import { newAppId } from './stores.ts';

/** From the start of the process to the first 200 of `/readyz`, and what it holds in memory then. */
export interface StartRow {
  readonly name: string;
  readonly readySeconds: Figure;
  /** Absent without /proc. */
  readonly residentMb?: Figure;
}

interface Start {
  readonly name: string;
  readonly readySeconds: number;
  readonly residentMb: number;
}

/** What the web role cannot do without, by itself: the floor of its start. */
const LIBRARIES = `
const require = process.getBuiltinModule('module').createRequire('${process.cwd()}/package.json');
for (const name of ['bullmq', 'ioredis', 'koa', 'koa-router', 'pg', 'pino', 'prom-client', 'raw-body', 'zod']) require(name);
process.stdout.write('loaded');
setInterval(() => {}, 1000);`;

export async function benchStarts(ground: Ground, { starts }: Scale): Promise<StartRow[]> {
  const onRedis = (ROLE: string) => ({ ...ground.env, ROLE, FEISHU_APP_ID: newAppId(), QUEUE_URL: ground.redis.url });
  const all: Start[] = [];
  for (let turn = 0; turn < starts; turn += 1) {
    all.push(await loadLibraries());
    for (const role of ['web', 'worker', 'all']) all.push(await start(`${role}, Redis`, onRedis(role), ground));
    const FEISHU_APP_ID = newAppId();
    const embedded = { ...ground.env, FEISHU_APP_ID, DATA_DIR: join(ground.folder, FEISHU_APP_ID) };
    all.push(await start('all, embedded PostgreSQL, first start', embedded, ground));
    all.push(await start('all, embedded PostgreSQL, second start', embedded, ground));
  }
  return [...new Set(all.map(({ name }) => name))].map((name) => {
    const same = all.filter((each) => each.name === name);
    const memory = figure(same.map((each) => each.residentMb));
    const readySeconds = figure(same.map((each) => each.readySeconds));
    return { name, readySeconds, ...(!Number.isNaN(memory.median) && { residentMb: memory }) };
  });
}

async function start(name: string, env: Readonly<Record<string, string>>, ground: Ground): Promise<Start> {
  const at = performance.now();
  const child = await startChild({ entry: ENTRY, env, ground });
  while (!(await fetch(`${child.ops}/readyz`).catch(() => undefined))?.ok) await pause(5);
  const readySeconds = (performance.now() - at) / 1_000;
  const memory = residentMb(child.pid) ?? Number.NaN;
  await child.stop();
  return { name, readySeconds, residentMb: memory };
}

async function loadLibraries(): Promise<Start> {
  const at = performance.now();
  const child = spawn(process.execPath, ['-e', LIBRARIES], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const readySeconds = (performance.now() - at) / 1_000;
  const memory = residentMb(child.pid ?? 0) ?? Number.NaN;
  child.kill();
  return { name: 'the libraries of the web role alone', readySeconds, residentMb: memory };
}

export function showStarts(rows: readonly StartRow[]): string {
  const lines = rows.map(({ name, readySeconds, residentMb: memory }) => [
    name,
    spread(readySeconds),
    memory ? short(memory.median) : '-',
  ]);
  return table(['start-up', 'ready after s', 'resident MB'], lines);
}

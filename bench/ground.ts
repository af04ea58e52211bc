import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '../simulator/index.ts';
import type { Ground } from './contestants.ts';
import { startPostgres, startRedis } from './stores.ts';

/** Private servers for the time of the work; whatever was started meanwhile is ended too, last first. */
export async function withGround(work: (ground: Ground) => Promise<void>): Promise<void> {
  const undos: Array<() => Promise<void> | void> = [];
  const atEnd = (undo: () => Promise<void> | void) => void undos.push(undo);
  try {
    const folder = await mkdtemp(join(tmpdir(), 'helpdesk-bench-'));
    atEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const redis = await startRedis(folder);
    atEnd(redis.stop);
    const postgres = await startPostgres(folder);
    atEnd(postgres.stop);
    const feishu = await startSimulator();
    atEnd(feishu.close);
    await work({ folder, atEnd, redis, postgres, env: feishu.env });
  } finally {
    for (const undo of undos.reverse()) await undo();
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endFamily, family, familyName } from '../src/embedded/family.ts';
import { startEmbedded } from '../src/embedded.ts';
import type { Role } from './crew.ts';
import { startRedisServer } from './redis-server.ts';
import type { Outage } from './script.ts';
import { startWire } from './wire.ts';

export const STORES = ['redis', 'postgres', 'embedded'] as const;
export type StoreName = (typeof STORES)[number];

/** A store that can be broken. */
export interface BreakableStore {
  readonly env: Readonly<Record<string, string>>;
  /** The processes of a service on it. */
  readonly roles: readonly Role[];
  readonly outages: readonly [Outage, ...Outage[]];
  /** Takes it away; resolves when it is given back. */
  takeAway(how: Outage, ms: number): Promise<void>;
  close(): Promise<void>;
}

const SHARED: readonly Role[] = ['web', 'web', 'worker', 'worker'];

/** Starts a real one of this kind, alone in a temporary folder. */
export async function startStore(name: StoreName): Promise<BreakableStore> {
  const folder = await mkdtemp(join(tmpdir(), 'helpdesk-chaos-'));
  const store = await makers[name](folder);
  return {
    ...store,
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const makers: Record<StoreName, (folder: string) => Promise<BreakableStore>> = {
  redis: async (folder) => {
    const server = await startRedisServer(folder);
    const wire = await brokenWire({ host: '127.0.0.1', port: server.port });
    const restarted = async (signal: NodeJS.Signals, ms: number) => {
      await server.stop(signal);
      await pause(ms);
      await server.start();
    };
    return {
      env: { QUEUE_URL: `redis://127.0.0.1:${wire.port}` },
      roles: SHARED,
      outages: ['stop', 'kill', 'freeze', 'cut', 'silence'],
      takeAway: async (how, ms) => {
        if (how === 'stop') await restarted('SIGTERM', ms);
        else if (how === 'kill') await restarted('SIGKILL', ms);
        else if (how === 'freeze') await frozen(async () => [server.pid], ms);
        else await wire.broken(how, ms);
      },
      close: async () => {
        await wire.close();
        await server.stop('SIGTERM');
      },
    };
  },
  postgres: async (folder) => {
    const dataDir = join(folder, 'data');
    const server = await startEmbedded({ dataDir, log: () => {} });
    const { host, port, user, database } = server.connection;
    const wire = await brokenWire({ path: `${host}/.s.PGSQL.${port}` });
    return {
      env: { QUEUE_URL: `postgres://${user}@127.0.0.1:${wire.port}/${database}` },
      roles: SHARED,
      outages: ['kill', 'freeze', 'cut', 'silence'],
      takeAway: async (how, ms) => {
        if (how === 'cut' || how === 'silence') await wire.broken(how, ms);
        else await brokenServer(dataDir, how, ms);
      },
      close: async () => {
        await wire.close();
        await server.stop();
      },
    };
  },
  embedded: async (folder) => {
    const dataDir = join(folder, 'data');
    return {
      env: { DATA_DIR: dataDir },
      roles: ['all'],
      outages: ['kill', 'freeze'],
      takeAway: (how, ms) => brokenServer(dataDir, how, ms),
      // A service that was killed last leaves its server behind.
      close: async () => endFamily(await familyName(join(dataDir, 'postgres'))),
    };
  },
};

async function brokenWire(target: Parameters<typeof startWire>[0]) {
  const wire = await startWire(target);
  return {
    port: wire.port,
    broken: async (how: Outage, ms: number) => {
      if (how === 'cut') wire.cut();
      else wire.silence();
      await pause(ms);
      wire.mend();
    },
    close: wire.close,
  };
}

/** The PostgreSQL on this data; killed, it is started again by whoever started it. */
async function brokenServer(dataDir: string, how: Outage, ms: number): Promise<void> {
  const processes = async () => family(await familyName(join(dataDir, 'postgres')));
  if (how !== 'kill') return await frozen(async () => (await processes()).map(({ pid }) => pid), ms);
  for (const { pid, postmaster } of await processes()) if (postmaster) signal(pid, 'SIGKILL');
}

async function frozen(pids: () => Promise<readonly number[]>, ms: number): Promise<void> {
  const stopped = await pids();
  for (const pid of stopped) signal(pid, 'SIGSTOP');
  await pause(ms);
  for (const pid of stopped) signal(pid, 'SIGCONT');
}

/** It may have ended meanwhile. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

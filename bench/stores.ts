import { randomBytes } from 'node:crypto';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort, startRedisServer } from '../chaos/redis-server.ts';
import { provideBinaries } from '../src/embedded/binaries.ts';
import { preparePlace, removeTemp } from '../src/embedded/place.ts';
import { run, start } from '../src/embedded/program.ts';

export interface StoreServer {
  readonly url: string;
  readonly port: number;
  /** Of the server; of a PostgreSQL the first of its processes. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** As docs/reliability.md asks for it, with what Redis does by default: on disk within the second. */
export async function startRedis(folder: string): Promise<StoreServer> {
  const server = await startRedisServer(folder, { appendfsync: 'everysec', 'auto-aof-rewrite-percentage': 0 });
  const { port, pid } = server;
  return { url: `redis://127.0.0.1:${port}`, port, pid, stop: () => server.stop('SIGTERM') };
}

/** A PostgreSQL as it comes, with none of the settings of the embedded one, reached by TCP. */
export async function startPostgres(folder: string): Promise<StoreServer> {
  const dataDir = join(folder, 'plain');
  await mkdir(dataDir);
  const place = await preparePlace(dataDir);
  const binaries = await provideBinaries(place);
  const { runner } = place;
  if (runner) await chown(place.dataDir, runner.uid, runner.gid);
  const made = await run(binaries.initdb, ['--username=postgres', '--auth=trust'], { folder: place.dataDir, runner });
  if (!made.ok) throw new Error(made.words);
  const port = await freePort();
  const args = ['-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`, '-c', `unix_socket_directories=`];
  const server = await start(binaries.postgres, args, { folder: place.dataDir, runner });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await untilAnswers(url);
  return {
    url,
    port,
    pid: server.pid,
    stop: async () => {
      process.kill(server.pid, 'SIGINT');
      await server.ended;
      await removeTemp(place.temp);
    },
  };
}

async function untilAnswers(url: string): Promise<void> {
  for (;;) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      return;
    } catch {
      await pause(50);
    } finally {
      await client.end();
    }
  }
}

/** An app nobody else has, and so data of its own. */
export const newAppId = (): string => `cli_${randomBytes(8).toString('hex')}`;

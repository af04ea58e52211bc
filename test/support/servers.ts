import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/embedded.ts';
import { makeApp } from './app.ts';
import { startProxy } from './proxy.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Absent where no Redis can be had; its tests are skipped then. */
    redisUrl: string | undefined;
    postgresUrl: string;
    /** The data of an embedded PostgreSQL as after a first start and a stop, to be copied: making it takes half a second. */
    madeData: string;
    /** The embedded PostgreSQL alone, as a project somewhere else. Only to be read. */
    app: string;
  }
}

/** Builds the program and starts the stores that all tests share. Each test has an app id, and so data, of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-test-'));
  const redis = await startRedis(folder);
  const postgres = await startPostgres(folder);
  const { app, remove } = await makeApp();
  project.provide('redisUrl', redis?.url);
  project.provide('postgresUrl', postgres.url);
  project.provide('madeData', postgres.made);
  project.provide('app', app);
  return async () => {
    redis?.stop();
    await postgres.stop();
    await remove();
    rmSync(folder, { recursive: true, force: true });
  };
}

interface Server {
  readonly url: string;
  stop(): void | Promise<void>;
}

async function startRedis(folder: string): Promise<Server | undefined> {
  const given = process.env.TEST_REDIS_URL;
  if (given) return { url: given, stop: () => {} };
  const program = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (!program) {
    console.warn('\nSKIPPED: all tests on Redis. Install redis-server or valkey-server, or set TEST_REDIS_URL.\n');
    return undefined;
  }
  const port = await freePort();
  const options = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--dir',
    folder,
    '--maxmemory-policy',
    'noeviction',
  ];
  const child = spawn(program, options, { stdio: 'ignore' });
  return { url: `redis://127.0.0.1:${port}`, stop: () => void child.kill() };
}

/** A whole PostgreSQL reached by TCP, as an operator's own would be. */
async function startPostgres(folder: string): Promise<Server & { readonly made: string }> {
  const options = { dataDir: join(folder, 'postgres'), log: () => {} };
  const made = join(folder, 'made');
  await (await startEmbedded(options)).stop();
  execFileSync('cp', ['-a', join(options.dataDir, 'postgres'), made]);
  const server = await startEmbedded(options);
  const { host, port, user, database } = server.connection;
  const proxy = await startProxy({ path: `${host}/.s.PGSQL.${port}` });
  return {
    url: `postgres://${user}@127.0.0.1:${proxy.port}/${database}`,
    made,
    stop: async () => {
      await proxy.close();
      await server.stop();
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

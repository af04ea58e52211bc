import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startEmbedded } from '../src/embedded.ts';
import {
  dataDir,
  home,
  KEPT,
  madeDir,
  postmaster,
  query,
  READ,
  serverProcesses,
  start,
  WRITE,
} from './embedded-world.ts';

test('what was written is there after a stop and a start', async () => {
  const dir = await dataDir();
  const first = await start(dir);
  await query(first.connection, WRITE);
  await first.stop();

  const second = await start(dir);
  expect(await query(second.connection, READ)).toEqual(KEPT);
});

test('after a stop no process and no temp folder is left', async () => {
  const dir = await madeDir();
  const { connection, stop } = await start(dir);
  expect(existsSync(connection.host)).toBe(true);

  await stop();
  expect(await serverProcesses(dir)).toEqual([]);
  expect(existsSync(dirname(connection.host))).toBe(false);
});

test('commits are durable, the text is Unicode, and nothing listens on the network', async () => {
  const { connection } = await start(await madeDir());
  const wanted = ['fsync', 'synchronous_commit', 'full_page_writes', 'server_encoding', 'listen_addresses'];
  const rows = await query(connection, `select name, setting from pg_settings where name in ('${wanted.join("','")}')`);
  expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    server_encoding: 'UTF8',
    listen_addresses: '',
  });
});

test("only the server's user can enter the folder of the socket", async () => {
  const dir = await madeDir();
  const { connection } = await start(dir);
  const sockets = await stat(connection.host);
  expect((sockets.mode & 0o777).toString(8)).toBe('700');
  expect(sockets.uid).toBe((await stat(home(dir))).uid);
});

test('a DATA_DIR deeper than a socket path may be long works', async () => {
  const { connection } = await start(join(await dataDir(), ...Array<string>(12).fill('a-folder-in-a-folder')));
  expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test.skipIf(process.platform !== 'linux')('nothing of our environment reaches the server', async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('PGPORT', '1');
  vi.stubEnv('LD_LIBRARY_PATH', '/nowhere');
  const dir = await madeDir();
  await start(dir);
  const environment = await readFile(`/proc/${await postmaster(dir)}/environ`, 'utf8');
  expect(environment.split('\0').filter((line) => /^[A-Za-z_]+=/.test(line))).toEqual(['LC_ALL=C', 'TZ=UTC']);
});

test('it installs no signal and no exit handlers', async () => {
  const events = ['SIGTERM', 'SIGINT', 'SIGHUP', 'exit', 'beforeExit', 'uncaughtException', 'unhandledRejection'];
  const listeners = () => events.map((event) => process.listenerCount(event));
  const before = listeners();
  await start(await madeDir());
  expect(listeners()).toEqual(before);
});

test.for(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT'] as const)(
  'a server that somebody ends with %s is back under the same connection, with its rows',
  async (signal) => {
    const dir = await madeDir();
    const { connection, facts } = await start(dir);
    const client = new pg.Client(connection);
    client.on('error', () => {});
    await client.connect();
    await client.query(WRITE);

    const killed = await postmaster(dir);
    process.kill(killed, signal);
    await vi.waitFor(async () => expect(await postmaster(dir)).not.toBe(killed), { timeout: 10_000 });
    await vi.waitFor(async () => expect(await query(connection, READ)).toEqual(KEPT), { timeout: 10_000 });
    expect(facts).toContain('embedded PostgreSQL ended by itself: starting it again');
    await client.end().catch(() => {});
  },
);

test('a frozen server is stopped too, and loses nothing', async () => {
  const dir = await madeDir();
  const { connection, stop } = await start(dir);
  await query(connection, WRITE);
  for (const { pid } of await serverProcesses(dir)) process.kill(pid, 'SIGSTOP');

  await stop();
  expect(await serverProcesses(dir)).toEqual([]);
  expect(await query((await start(dir)).connection, READ)).toEqual(KEPT);
});

test('a stop while the server is being started again leaves nothing', async () => {
  const dir = await madeDir();
  const { stop } = await start(dir);
  process.kill(await postmaster(dir), 'SIGKILL');
  await stop();
  expect(await serverProcesses(dir)).toEqual([]);
});

test('two stops are one', async () => {
  const { stop } = await start(await madeDir());
  await Promise.all([stop(), stop()]);
});

test('a start given up leaves the folder free', async () => {
  const dir = await madeDir();
  const giveUp = new AbortController();
  const log = () => giveUp.abort();
  const owner = await start(dir);
  await expect(startEmbedded({ dataDir: dir, log, signal: giveUp.signal })).rejects.toThrow(/abort/);
  await owner.stop();
  await start(dir);
});

test('a start given up while the data is being made leaves no half-made data', async () => {
  const dir = await dataDir();
  const giveUp = new AbortController();
  const starting = startEmbedded({ dataDir: dir, log: () => {}, signal: giveUp.signal });
  const refused = expect(starting).rejects.toThrow(/abort/);
  await vi.waitFor(async () => expect(await unfinished(dir)).toHaveLength(1), { interval: 5 });
  giveUp.abort();
  await refused;
  expect(await unfinished(dir)).toEqual([]);
  expect(existsSync(home(dir))).toBe(false);
});

async function unfinished(dir: string): Promise<string[]> {
  return (await readdir(dir)).filter((name) => name.startsWith('postgres-unfinished-'));
}

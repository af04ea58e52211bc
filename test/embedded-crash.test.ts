import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { endFamily, family } from '../src/embedded/family.ts';
import {
  dataDir,
  home,
  isRoot,
  KEPT,
  madeDir,
  NOBODY,
  postmaster,
  query,
  READ,
  serverProcesses,
  service,
  start,
  WRITE,
} from './embedded-world.ts';

/** A service that wrote a row and is dead, its server still running. */
async function killedService(target: 'process' | 'group' = 'process') {
  const dir = await madeDir();
  const dead = service({ dir });
  const connection = await dead.connected();
  await query(connection, WRITE);
  const server = await postmaster(dir);
  process.kill(target === 'group' ? -dead.pid : dead.pid, 'SIGKILL');
  await dead.exited;
  expect(await postmaster(dir)).toBe(server);
  return { dir, connection };
}

test.for(['process', 'group'] as const)('after kill -9 of the %s the next start has every row', async (target) => {
  const { dir, connection } = await killedService(target);
  const next = await start(dir);
  expect(await query(next.connection, READ)).toEqual(KEPT);
  expect(next.facts).toContain('ending a PostgreSQL that was left behind on this data');
  expect(existsSync(dirname(connection.host))).toBe(false);
});

test('a server left behind and frozen is ended too', async () => {
  const { dir } = await killedService();
  for (const { pid } of await serverProcesses(dir)) process.kill(pid, 'SIGSTOP');
  expect(await query((await start(dir)).connection, READ)).toEqual(KEPT);
});

test('frozen children of a server that was killed are ended too', async () => {
  const { dir } = await killedService();
  for (const { pid } of await serverProcesses(dir)) process.kill(pid, 'SIGSTOP');
  process.kill(await postmaster(dir), 'SIGKILL');
  expect(await query((await start(dir)).connection, READ)).toEqual(KEPT);
});

test('a server left behind serves on although nobody reads its messages', async () => {
  const { connection } = await killedService();
  for (let messages = 0; messages < 5; messages += 1) {
    await expect(query({ ...connection, database: 'absent' }, READ)).rejects.toThrow('does not exist');
  }
  expect(await query(connection, READ)).toEqual(KEPT);
});

test('a server that heeds no polite signal is killed', async () => {
  const name = 'feishu-helpdesk-bot-stubborn';
  const command = [
    '-c',
    'trap "" INT QUIT; while :; do sleep 0.1; done',
    'postgres -D data',
    `cluster_name=${name}`,
    '-',
  ];
  const stubborn = spawn('sh', command, { stdio: 'ignore' });
  onTestFinished(() => void stubborn.kill('SIGKILL'));
  const exited = once(stubborn, 'exit');
  await vi.waitFor(async () => expect(await family(name)).toEqual([{ pid: stubborn.pid, postmaster: true }]));

  await endFamily(name);
  expect(await exited).toEqual([null, 'SIGKILL']);
});

test('a service killed while it makes the data can start again', async () => {
  const dir = await dataDir();
  const dead = service({ dir });
  await vi.waitFor(
    async () => {
      const [unfinished = ''] = (await readdir(dir)).filter((name) => name.startsWith('postgres-unfinished-'));
      expect(await readdir(join(dir, unfinished, 'global'))).not.toEqual([]);
    },
    { timeout: 10_000, interval: 5 },
  );
  process.kill(-dead.pid, 'SIGKILL');
  await dead.exited;
  expect(existsSync(home(dir))).toBe(false);

  const { connection } = await start(dir);
  expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('half-made data of an earlier start is removed', async () => {
  const dir = await madeDir();
  await mkdir(join(dir, 'postgres-unfinished-Ab3dE9', 'base'), { recursive: true });
  await start(dir);
  expect((await readdir(dir)).filter((name) => name.includes('unfinished'))).toEqual([]);
});

test('a folder that is no data of ours is refused and keeps its files', async () => {
  const dir = await dataDir();
  await mkdir(home(dir), { recursive: true, mode: 0o700 });
  if (isRoot) await chown(home(dir), NOBODY, NOBODY);
  await writeFile(join(home(dir), 'precious'), 'text');
  await expect(start(dir)).rejects.toThrow(/DATA_DIR .* is no PostgreSQL data: .* QUEUE_URL/);
  expect(await readdir(home(dir))).toEqual(['precious']);
});

test('a foreign process that has the id of the old server by now is left alone', async () => {
  const dir = await madeDir();
  const foreign = await sleeper((await stat(home(dir))).uid);
  const first = await start(dir);
  await query(first.connection, WRITE);
  const pidFile = join(home(dir), 'postmaster.pid');
  const [, ...rest] = (await readFile(pidFile, 'utf8')).split('\n');
  await first.stop();
  await writeFile(pidFile, [foreign.pid, ...rest].join('\n'), { mode: 0o600 });
  await ownedLike(home(dir), pidFile);

  expect(await query((await start(dir)).connection, READ)).toEqual(KEPT);
  expect(foreign.exitCode).toBeNull();
  expect(foreign.signalCode).toBeNull();
});

test.for(['', 'x', '0\n'])('a pid file torn by a power cut (%j) does not stop the start', async (text) => {
  const dir = await madeDir();
  const pidFile = join(home(dir), 'postmaster.pid');
  await writeFile(pidFile, text);
  await ownedLike(home(dir), pidFile);
  expect(await query((await start(dir)).connection, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test.skipIf(!isRoot)('a link planted among the data does not lead root astray', async () => {
  const dir = await madeDir();
  const victim = join(dir, 'victim');
  await writeFile(victim, 'untouched');
  await writeFile(join(home(dir), 'postmaster.pid'), '1\n');
  await ownedLike(home(dir), join(home(dir), 'postmaster.pid'));
  await symlink(victim, join(home(dir), 'postmaster.pid.draft'));
  await start(dir);
  expect(await readFile(victim, 'utf8')).toBe('untouched');
  expect((await stat(victim)).uid).toBe(0);
});

async function ownedLike(model: string, path: string): Promise<void> {
  const { uid, gid } = await stat(model);
  await chown(path, uid, gid);
}

async function sleeper(uid: number): Promise<ChildProcess> {
  const child = spawn('sleep', ['60'], isRoot ? { uid, gid: uid } : {});
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child;
}

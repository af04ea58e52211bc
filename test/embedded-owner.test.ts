import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { becomeOwner } from '../src/embedded/owner.ts';
import { KEPT, madeDir, query, READ, serverProcesses, service, start, tempDir, WRITE } from './embedded-world.ts';

test('a second process on the same folder is refused with the id of the first, and does it no harm', async () => {
  const dir = await madeDir();
  const first = await start(dir);
  await query(first.connection, WRITE);
  const before = await serverProcesses(dir);

  const refusal = await service({ dir, patienceMs: 300 }).refused();
  expect(refusal).toMatch(new RegExp(`DATA_DIR ${dir} is in use by process ${process.pid} .*QUEUE_URL`));
  expect(await query(first.connection, READ)).toEqual(KEPT);
  const stillThere = (await serverProcesses(dir)).map(({ pid }) => pid);
  expect(stillThere).toEqual(expect.arrayContaining(before.map(({ pid }) => pid)));
});

test('a second process takes over when the first goes in time', async () => {
  const dir = await madeDir();
  const first = await start(dir);
  await query(first.connection, WRITE);
  const second = service({ dir });
  await expect.poll(() => second.said, { timeout: 10_000 }).not.toEqual([]);
  await first.stop();
  expect(await query(await second.connected(), READ)).toEqual(KEPT);
});

test('a frozen owner is an owner', async () => {
  const dir = await madeDir();
  const frozen = service({ dir });
  const connection = await frozen.connected();
  await query(connection, WRITE);
  frozen.kill('SIGSTOP');
  await expect(start(dir, 300)).rejects.toThrow(`in use by process ${frozen.pid}`);
  expect(await query(connection, READ)).toEqual(KEPT);
});

test('of several that start at once after a crash exactly one gets the folder', async () => {
  const dir = await madeDir();
  const dead = service({ dir });
  await query(await dead.connected(), WRITE);
  dead.kill('SIGKILL');
  await dead.exited;

  const starters = Array.from({ length: 5 }, () => service({ dir, patienceMs: 1000 }));
  const outcomes = await Promise.all(
    starters.map((starter) => Promise.race([starter.connected(), starter.refused().then(() => undefined)])),
  );
  const [winner, ...others] = outcomes.filter((connection) => connection !== undefined);
  expect(others).toEqual([]);
  expect(winner && (await query(winner, READ))).toEqual(KEPT);
});

test('never two owners, however many come and go', async () => {
  const { place, become } = await crowd();
  let owners = 0;
  let terms = 0;
  const comeAndGo = async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      const owner = await become();
      owners += 1;
      expect(owners).toBe(1);
      await readdir(place.dataDir);
      expect(owners).toBe(1);
      owners -= 1;
      terms += 1;
      await owner.release();
    }
  };
  await Promise.all(Array.from({ length: 12 }, comeAndGo));
  expect(terms).toBe(60);
});

test('past owners and broken-off claims leave one socket and one note', async () => {
  const { place, become } = await crowd();
  for (let term = 0; term < 3; term += 1) await (await become()).release();
  expect((await readdir(place.dataDir)).sort()).toEqual(['owner', 'owner.3']);
});

async function crowd() {
  const dataDir = await tempDir();
  const temp = await tempDir();
  const place = { dataDir, temp, shortDataDir: join(temp, 'data') };
  await symlink(dataDir, place.shortDataDir);
  const become = () => becomeOwner({ place, patienceMs: 60_000, log: () => {}, signal: new AbortController().signal });
  return { place, become };
}

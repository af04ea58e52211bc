import { execFileSync } from 'node:child_process';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { family, familyName, sendSignal } from '../../src/embedded/family.ts';
import {
  type AtEnd,
  endWithFile,
  linkFor,
  linksFor,
  startTogether,
  type Together,
  temporaryFolder,
  ticketsOf,
  until,
  untilReady,
} from '../support/service.ts';
import { familySignals } from './servers.ts';

/** A disk of its own, or undefined where this user may mount none. */
async function smallDisk(size: string, atEnd: AtEnd): Promise<string | undefined> {
  const disk = await temporaryFolder(atEnd);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  atEnd(async () => void execFileSync('umount', [disk]));
  return disk;
}

const atEnd = endWithFile();
let disk: string | undefined;
let world: Together;
let server: string;
beforeAll(async () => {
  disk = await smallDisk('150m', atEnd);
  world = await startTogether('embedded', { atEnd, ...(disk && { env: { DATA_DIR: join(disk, 'data') } }) });
  server = await familyName(join(world.env.DATA_DIR ?? '', 'postgres'));
});

test('while the embedded PostgreSQL is frozen the door answers 503 within two seconds, and all recovers by itself', async () => {
  const { feishu, service } = world;
  const { freeze, thaw } = familySignals(server);
  onTestFinished(thaw);
  const person = feishu.newPerson();
  const asked = feishu.events.text({ person, text: '转人工' });
  await freeze();
  const { status, ms } = await feishu.deliver(asked);
  expect(status).toBe(503);
  expect(ms).toBeLessThan(2_000);
  await thaw();
  await until(async () => (await feishu.deliver(asked)).status === 200, 'the door to open again');
  await linkFor(feishu, person);
  await untilReady(service);
});

test('when the embedded PostgreSQL is killed, it is started again and nobody is lost', async () => {
  const { feishu, service } = world;
  const person = feishu.newPerson();
  const asked = feishu.events.text({ person, text: '转人工' });
  for (const { pid, postmaster } of await family(server)) if (postmaster) sendSignal(pid, 'SIGKILL');
  await until(async () => (await feishu.deliver(asked)).status === 200, 'the door to open again');
  await linkFor(feishu, person);
  expect(linksFor(feishu, person)).toHaveLength(1);
  await untilReady(service);
});

test('while its disk is full the door answers 503; with room again everyone who got a 200 gets one link', async ({
  skip,
}) => {
  const { feishu, service } = world;
  if (disk === undefined) return skip('this system lets this user mount no small disk');
  const filler = join(disk, 'filler');
  const { bavail, bsize } = await statfs(disk);
  await writeFile(filler, Buffer.alloc(bavail * bsize));

  const acknowledged: string[] = [];
  await until(async () => {
    const person = feishu.newPerson();
    const { status } = await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
    if (status === 200) acknowledged.push(person);
    return status === 503;
  }, 'the disk to be missed');
  await rm(filler);
  const person = feishu.newPerson();
  const asked = feishu.events.text({ person, text: '转人工' });
  await until(async () => (await feishu.deliver(asked)).status === 200, 'the door to open again');
  await Promise.all([person, ...acknowledged].map((each) => linkFor(feishu, each, 20_000)));
  for (const each of acknowledged) {
    expect(linksFor(feishu, each)).toHaveLength(1);
    expect(ticketsOf(feishu, each)).toHaveLength(1);
  }
  await untilReady(service);
});

import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { family, familyName, sendSignal } from '../../src/embedded/family.ts';
import { linkFor, linksFor, startTogether, until, untilReady } from '../support/service.ts';
import { familySignals } from './servers.ts';

const familyOf = (env: Record<string, string>) => familyName(join(env.DATA_DIR ?? '', 'postgres'));

test('while the embedded PostgreSQL is frozen the door answers 503 within two seconds, and all recovers by itself', async () => {
  const { feishu, service, env } = await startTogether('embedded');
  const { freeze, thaw } = familySignals(await familyOf(env));
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
  const { feishu, env } = await startTogether('embedded');
  const person = feishu.newPerson();
  const asked = feishu.events.text({ person, text: '转人工' });
  for (const { pid, postmaster } of await family(await familyOf(env))) if (postmaster) sendSignal(pid, 'SIGKILL');
  await until(async () => (await feishu.deliver(asked)).status === 200, 'the door to open again');
  await linkFor(feishu, person);
  expect(linksFor(feishu, person)).toHaveLength(1);
});

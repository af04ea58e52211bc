import { expect, test } from 'vitest';
import { apiWindows, createQuota } from '../../simulator/quota.ts';
import { sendText, simulatorFor, startService } from './started.ts';

test('no second, wherever it begins, admits more than fifty', () => {
  const quota = createQuota(apiWindows);
  const halves = [...Array(25).fill(900), ...Array(25).fill(1_100)];
  for (const at of halves) expect(quota.admit('one', at)).toBeUndefined();
  // A fixed window would have started afresh at 1,000.
  expect(quota.admit('one', 1_899)).toBe(1);
  expect(quota.admit('one', 1_900)).toBeUndefined();
});

test('no minute, wherever it begins, admits more than a thousand', () => {
  const quota = createQuota(apiWindows);
  for (let call = 0; call < 1_000; call += 1) expect(quota.admit('one', call * 21)).toBeUndefined();
  expect(quota.admit('one', 30_000)).toBe(30_000);
  expect(quota.admit('one', 60_000)).toBeUndefined();
  expect(quota.admit('one', 60_000)).toBe(21);
});

test('a refused call does not count, and each key counts for itself', () => {
  const quota = createQuota([{ limit: 1, ms: 100 }]);
  expect(quota.admit('one', 0)).toBeUndefined();
  expect(quota.admit('one', 50)).toBe(50);
  expect(quota.admit('two', 50)).toBeUndefined();
  expect(quota.admit('one', 100)).toBeUndefined();
});

test('the fifty-first start_service within a second is refused, with the seconds to wait', async () => {
  const simulator = await simulatorFor({ now: () => 1_700_000_000_000 });
  const ask = () => startService(simulator, { open_id: simulator.newPerson(), human_service: true });
  for (let call = 0; call < 50; call += 1) expect((await ask()).status).toBe(200);
  const refused = await ask();
  expect(refused).toMatchObject({ status: 429, body: { code: 99991400 } });
  expect(refused.headers.get('x-ogw-ratelimit-limit')).toBe('50');
  expect(refused.headers.get('x-ogw-ratelimit-reset')).toBe('1');
  expect(simulator.tickets).toHaveLength(50);
});

test('sending has a quota of its own, and another for each person', async () => {
  const simulator = await simulatorFor({ now: () => 1_700_000_000_000 });
  const [one, two] = [simulator.newPerson(), simulator.newPerson()];
  for (let call = 0; call < 5; call += 1) expect((await sendText(simulator, one)).status).toBe(200);
  expect(await sendText(simulator, one)).toMatchObject({ status: 400, body: { code: 230020 } });
  expect((await sendText(simulator, two)).status).toBe(200);
});

test('the quota can be switched off', async () => {
  const simulator = await simulatorFor({ now: () => 1_700_000_000_000, enforceQuota: false });
  const person = simulator.newPerson();
  for (let call = 0; call < 6; call += 1) expect((await sendText(simulator, person)).status).toBe(200);
});

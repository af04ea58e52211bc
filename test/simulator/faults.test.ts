import { expect, test } from 'vitest';
import { createFaults } from '../../simulator/faults.ts';
import type { Simulator } from '../../simulator/index.ts';
import { callApi, simulatorFor, startService } from './started.ts';

const ask = (simulator: Simulator, person = simulator.newPerson()) => startService(simulator, { open_id: person });

test('faults are used up in order, and then all is well', async () => {
  const simulator = await simulatorFor();
  simulator.fault({ api: 'start_service', status: 500, code: 155000, times: 2 });
  simulator.fault({ api: 'start_service', status: 429, code: 99991400, headers: { 'x-ogw-ratelimit-reset': '3' } });
  const statuses = [await ask(simulator), await ask(simulator), await ask(simulator), await ask(simulator)];
  expect(statuses.map(({ status }) => status)).toEqual([500, 500, 429, 200]);
  expect(statuses[2]?.headers.get('x-ogw-ratelimit-reset')).toBe('3');
  expect(simulator.tickets).toHaveLength(1);
  expect(simulator.callsTo('start_service').map(({ code, scripted }) => [code, scripted])).toEqual([
    [155000, true],
    [155000, true],
    [99991400, true],
    [0, false],
  ]);
});

test('a fault is for its API and its person only, until it is removed', async () => {
  const simulator = await simulatorFor();
  const person = simulator.newPerson();
  const fault = simulator.fault({
    api: 'start_service',
    person,
    times: 9,
    status: 502,
    body: '<html>bad gateway</html>',
  });
  expect((await callApi(simulator, 'GET', '/bot/v3/info')).status).toBe(200);
  expect((await ask(simulator)).status).toBe(200);
  expect(await ask(simulator, person)).toMatchObject({ status: 502, text: '<html>bad gateway</html>' });
  fault.remove();
  expect((await ask(simulator, person)).status).toBe(200);
});

test('a connection can be cut before or after the effect', async () => {
  const simulator = await simulatorFor();
  simulator.fault({ api: 'start_service', drop: 'before' });
  await expect(ask(simulator)).rejects.toThrow();
  expect(simulator.tickets).toHaveLength(0);
  simulator.fault({ api: 'start_service', drop: 'after' });
  await expect(ask(simulator)).rejects.toThrow();
  expect(simulator.tickets).toHaveLength(1);
  expect(simulator.callsTo('start_service').map(({ outcome }) => outcome)).toEqual(['dropped', 'dropped']);
});

test('an answer can lie: it reports a failure after the effect', async () => {
  const simulator = await simulatorFor();
  simulator.fault({ api: 'start_service', status: 500, code: 155000, afterEffect: true });
  expect((await ask(simulator)).status).toBe(500);
  expect(simulator.tickets).toHaveLength(1);
});

test('a hung call is abandoned when its caller gives up', async () => {
  const simulator = await simulatorFor();
  simulator.fault({ api: 'bot_info', hang: true });
  const giveUp = new AbortController();
  const hung = fetch(`${simulator.url}/open-apis/bot/v3/info`, { signal: giveUp.signal });
  await simulator.waitFor(({ calls }) => calls.some(({ outcome }) => outcome === 'pending'));
  giveUp.abort();
  await expect(hung).rejects.toThrow();
  await simulator.waitFor(({ calls }) => calls.some(({ outcome }) => outcome === 'abandoned'));
});

test('a slow call is otherwise well', async () => {
  const simulator = await simulatorFor();
  simulator.fault({ api: 'start_service', delayMs: 30 });
  expect((await ask(simulator)).status).toBe(200);
  expect(simulator.callsTo('start_service')[0]?.ms).toBeGreaterThanOrEqual(29);
});

test('a fault with a probability falls the same way for the same seed', () => {
  const fallen = (seed: number) => {
    const faults = createFaults(seed);
    faults.add({ api: 'any', probability: 0.3, code: 1 });
    return Array.from({ length: 1_000 }, () => faults.take('send', {}) !== undefined);
  };
  expect(fallen(7)).toEqual(fallen(7));
  expect(fallen(7)).not.toEqual(fallen(8));
  const share = fallen(7).filter(Boolean).length / 1_000;
  expect(Math.abs(share - 0.3)).toBeLessThan(0.05);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Program } from '../../demo/program.ts';
import type { Simulator } from '../../simulator/index.ts';
import {
  endWithFile,
  linkFor,
  linksFor,
  settle,
  simulate,
  startService,
  storeEnv,
  storesHere,
  ticketsOf,
  untilReady,
} from '../support/service.ts';

/** From the 200 to the kill: before the job is picked up, in the middle of a call, while the answer is on its way. */
const MOMENTS_MS = [40, 15, 5, 0];

describe.each(storesHere())('on %s', (store) => {
  const atEnd = endWithFile();
  let feishu: Simulator;
  let service: Program;
  let startAgain: () => Promise<void>;
  beforeAll(async () => {
    feishu = await simulate({ latencyMs: 20 }, atEnd);
    const env = { ...feishu.env, ...(await storeEnv(store, atEnd)) };
    startAgain = async () => {
      service = await startService(env, { atEnd });
      feishu.webhook = service.webhook;
    };
    await startAgain();
    await untilReady(service);
  });

  const ask = (person: string) => feishu.deliver(feishu.events.text({ person, text: '转人工' }));

  test('killed at any moment after the 200 and started again, it sends the link within 20 s, once', {
    timeout: 60_000,
  }, async () => {
    const people = MOMENTS_MS.map(() => feishu.newPerson());
    for (const [index, person] of people.entries()) {
      expect(await ask(person)).toMatchObject({ status: 200 });
      const untilKill = MOMENTS_MS[index] ?? 0;
      await sleep(untilKill - (MOMENTS_MS[index + 1] ?? 0));
    }
    await service.stop('SIGKILL');
    await startAgain();
    await Promise.all(people.map((person) => linkFor(feishu, person, 20_000)));
    await untilReady(service);
    await settle(feishu);
    for (const person of people) expect(linksFor(feishu, person)).toHaveLength(1);
  });

  test('stopped under load it finishes the job in hand and leaves with 0, and everyone who got a 200 gets one link', {
    timeout: 60_000,
  }, async () => {
    feishu.fault({ api: 'start_service', delayMs: 1_000, times: 1 });
    const inHand = feishu.newPerson();
    const calls = feishu.callsTo('start_service').length;
    await ask(inHand);
    await feishu.waitFor(() => feishu.callsTo('start_service').length > calls);
    const people = Array.from({ length: 40 }, () => feishu.newPerson());
    const deliveries = people.map(ask);
    await Promise.race(deliveries);
    const stopped = service.stop();
    const answers = await Promise.all(deliveries);
    expect(await stopped).toBe(0);
    expect(ticketsOf(feishu, inHand)).toHaveLength(1);

    await startAgain();
    await untilReady(service);
    const acknowledged = people.filter((_, index) => answers[index]?.status === 200);
    expect(acknowledged.length).toBeGreaterThan(0);
    await Promise.all([inHand, ...acknowledged].map((person) => linkFor(feishu, person, 20_000)));
    for (const person of [inHand, ...acknowledged]) {
      expect(linksFor(feishu, person)).toHaveLength(1);
      expect(ticketsOf(feishu, person)).toHaveLength(1);
    }
  });
});

import { describe, expect, test } from 'vitest';
import {
  linkFor,
  linksFor,
  type StoreName,
  settle,
  simulate,
  startService,
  startTogether,
  storeEnv,
  storesHere,
  ticketsOf,
  untilReady,
} from '../support/service.ts';

/** From the 200 on: before the job is picked up, in the middle of a call, while the answer is on its way. */
const MOMENTS_MS = [0, 5, 15, 40];

async function surviveKill(store: StoreName, delayMs: number): Promise<void> {
  const { feishu, service, env } = await startTogether(store, { feishu: { latencyMs: 20 } });
  const person = feishu.newPerson();
  expect(await feishu.deliver(feishu.events.text({ person, text: '转人工' }))).toMatchObject({ status: 200 });
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  await service.stop('SIGKILL');
  const again = await startService(env);
  feishu.webhook = again.webhook;
  await linkFor(feishu, person, 20_000);
  await untilReady(again);
  await settle(feishu);
  expect(linksFor(feishu, person)).toHaveLength(1);
}

describe.each(storesHere())('on %s', (store) => {
  test('killed at any moment after the 200 and started again, it sends the link within 20 s, once', {
    timeout: 60_000,
  }, async () => {
    await Promise.all(MOMENTS_MS.map((delayMs) => surviveKill(store, delayMs)));
  });

  test('told to stop in the middle of a call, it finishes the job in hand and leaves with 0', async () => {
    const { feishu, service } = await startTogether(store);
    feishu.fault({ api: 'start_service', delayMs: 1_000, times: 1 });
    const person = feishu.newPerson();
    await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
    await feishu.waitFor(() => feishu.callsTo('start_service').length === 1);
    expect(await service.stop()).toBe(0);
    expect(ticketsOf(feishu, person)).toHaveLength(1);
  });

  test('stopped under load and started again, everyone who got a 200 gets one link', { timeout: 60_000 }, async () => {
    const feishu = await simulate({ latencyMs: 20 });
    const env = { ...feishu.env, ...(await storeEnv(store)) };
    const service = await startService(env);
    feishu.webhook = service.webhook;
    await untilReady(service);
    const people = Array.from({ length: 40 }, () => feishu.newPerson());
    const deliveries = people.map((person) => feishu.deliver(feishu.events.text({ person, text: '转人工' })));
    await Promise.race(deliveries);
    const stopped = service.stop();
    const answers = await Promise.all(deliveries);
    expect(await stopped).toBe(0);
    const again = await startService(env);
    feishu.webhook = again.webhook;
    const acknowledged = people.filter((_, index) => answers[index]?.status === 200);
    expect(acknowledged.length).toBeGreaterThan(0);
    await Promise.all(acknowledged.map((person) => linkFor(feishu, person, 20_000)));
    for (const person of acknowledged) {
      expect(linksFor(feishu, person)).toHaveLength(1);
      expect(ticketsOf(feishu, person)).toHaveLength(1);
    }
  });
});

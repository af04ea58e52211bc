import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { startProxy } from '../support/proxy.ts';
import { linkFor, openedStores, simulate, startService, until, untilReady } from '../support/service.ts';

/** A store of its own data, behind a wire that can fail. */
async function behindWire(store: 'redis' | 'postgres') {
  const url = new URL(store === 'redis' ? (inject('redisUrl') ?? '') : inject('postgresUrl'));
  const wire = await startProxy({ host: url.hostname, port: Number(url.port) });
  onTestFinished(() => wire.close());
  url.port = String(wire.port);
  const feishu = await simulate();
  return { feishu, wire, env: { ...feishu.env, QUEUE_URL: url.href } };
}

describe.each(openedStores())('on %s', (store) => {
  test.each(['cut', 'freeze'] as const)(
    'a service that starts without its store is alive, serves as soon as the store is there, and stops without it: %s',
    async (broken) => {
      const { feishu, wire, env } = await behindWire(store);
      wire[broken]();
      const service = await startService(env);
      feishu.webhook = service.webhook;
      const person = feishu.newPerson();
      const asked = feishu.events.text({ person, text: '转人工' });
      expect(await feishu.deliver(asked)).toMatchObject({ status: 503 });
      expect((await fetch(`${service.ops}/healthz`)).status).toBe(200);
      const ready = await fetch(`${service.ops}/readyz`);
      expect([ready.status, (await ready.json()) as object]).toMatchObject([503, { ready: false }]);
      wire.mend();
      await until(async () => (await feishu.deliver(asked)).status === 200, 'the door to open');
      await linkFor(feishu, person);
      await untilReady(service);

      feishu.fault({ api: 'start_service', delayMs: 500, times: 1 });
      await feishu.deliver(feishu.events.text({ person: feishu.newPerson(), text: '转人工' }));
      await feishu.waitFor(() => feishu.callsTo('start_service').length === 2);
      wire[broken]();
      await until(async () => !(await fetch(`${service.ops}/readyz`)).ok, 'the service to miss its store');
      await feishu.waitFor(() => feishu.tickets.length === 2);
      expect(await service.stop()).toBe(0);
      expect(service.log.filter(({ msg }) => msg === 'stopping: left behind')).toEqual([]);
    },
  );
});

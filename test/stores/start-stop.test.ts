import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { startProxy } from '../support/proxy.ts';
import { linkFor, simulate, startService, storesHere, until, untilReady } from '../support/service.ts';

const shared = storesHere().filter((store) => store !== 'embedded');

/** A store of its own data, behind a wire that can fail. */
async function behindWire(store: 'redis' | 'postgres') {
  const url = new URL(store === 'redis' ? (inject('redisUrl') ?? '') : inject('postgresUrl'));
  const wire = await startProxy({ host: url.hostname, port: Number(url.port) });
  onTestFinished(() => wire.close());
  url.port = String(wire.port);
  const feishu = await simulate();
  return { feishu, wire, env: { ...feishu.env, QUEUE_URL: url.href } };
}

describe.each(shared)('on %s', (store) => {
  test('a service that starts without its store answers 503 and serves as soon as the store is there', async () => {
    const { feishu, wire, env } = await behindWire(store);
    wire.cut();
    const service = await startService(env);
    feishu.webhook = service.webhook;
    const person = feishu.newPerson();
    const asked = feishu.events.text({ person, text: '转人工' });
    expect(await feishu.deliver(asked)).toMatchObject({ status: 503 });
    wire.mend();
    await until(async () => (await feishu.deliver(asked)).status === 200, 'the door to open');
    await linkFor(feishu, person);
  });

  test.each(['cut', 'freeze'] as const)(
    'SIGTERM ends a service whose wire is broken (%s), with a job in hand, and leaves nothing behind',
    async (broken) => {
      const { feishu, wire, env } = await behindWire(store);
      const service = await startService(env);
      feishu.webhook = service.webhook;
      await untilReady(service);
      feishu.fault({ api: 'start_service', delayMs: 500, times: 1 });
      await feishu.deliver(feishu.events.text({ person: feishu.newPerson(), text: '转人工' }));
      await feishu.waitFor(() => feishu.callsTo('start_service').length === 1);
      wire[broken]();
      await until(async () => !(await fetch(`${service.ops}/readyz`)).ok, 'the service to miss its store');
      await feishu.waitFor(() => feishu.tickets.length === 1);
      expect(await service.stop()).toBe(0);
      expect(service.log.filter(({ msg }) => msg === 'stopping: left behind')).toEqual([]);
    },
  );
});

import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { startProxy, type Wire } from '../support/proxy.ts';
import { linkFor, simulate, startService, storesHere, until, untilReady } from '../support/service.ts';

/** The store behind a wire that can fail. */
async function behindProxy(store: 'redis' | 'postgres'): Promise<{ proxy: Wire; env: Record<string, string> }> {
  const url = new URL(store === 'redis' ? (inject('redisUrl') ?? '') : inject('postgresUrl'));
  const proxy = await startProxy({ host: url.hostname, port: Number(url.port) });
  onTestFinished(() => proxy.close());
  url.port = String(proxy.port);
  return { proxy, env: { QUEUE_URL: url.href } };
}

const shared = storesHere().filter((store) => store !== 'embedded');

describe.each(shared)('on %s', (store) => {
  test.each(['cut', 'freeze'] as const)(
    'while the wire to the store is %s, the door answers 503 within two seconds; then it recovers by itself',
    async (failure) => {
      const feishu = await simulate();
      const { proxy, env } = await behindProxy(store);
      const service = await startService({ ...feishu.env, ...env });
      feishu.webhook = service.webhook;
      await untilReady(service);
      const person = feishu.newPerson();
      const asked = feishu.events.text({ person, text: '转人工' });

      proxy[failure]();
      const answers = await Promise.all([0, 1, 2].map(() => feishu.deliver(asked)));
      for (const { status, ms } of answers) {
        expect(status).toBe(503);
        expect(ms).toBeLessThan(2_000);
      }
      expect((await fetch(`${service.ops}/readyz`)).status).toBe(503);
      expect((await fetch(`${service.ops}/healthz`)).status).toBe(200);

      proxy.mend();
      await until(async () => (await feishu.deliver(asked)).status === 200, 'the door to open again');
      await linkFor(feishu, person);
      await until(async () => (await fetch(`${service.ops}/readyz`)).ok, 'readiness');
    },
  );

  test('a service that starts without its store answers 503 and serves as soon as the store is there', async () => {
    const feishu = await simulate();
    const { proxy, env } = await behindProxy(store);
    proxy.cut();
    const service = await startService({ ...feishu.env, ...env });
    feishu.webhook = service.webhook;
    const person = feishu.newPerson();
    const asked = feishu.events.text({ person, text: '转人工' });
    expect(await feishu.deliver(asked)).toMatchObject({ status: 503 });
    proxy.mend();
    await until(async () => (await feishu.deliver(asked)).status === 200, 'the door to open');
    await linkFor(feishu, person);
  });

  test('SIGTERM ends the service in time although its store is frozen', async () => {
    const feishu = await simulate();
    const { proxy, env } = await behindProxy(store);
    const service = await startService({ ...feishu.env, ...env });
    await untilReady(service);
    proxy.freeze();
    const started = Date.now();
    expect(await service.stop()).toBe(0);
    expect(Date.now() - started).toBeLessThan(15_000);
  });
});

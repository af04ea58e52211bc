import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import {
  linkFor,
  settle,
  simulate,
  startService,
  startTogether,
  storeEnv,
  ticketsOf,
  untilReady,
} from '../support/service.ts';

test('an ask that is too old is asked about instead of acted on', async () => {
  const { feishu } = await startTogether('postgres');
  const person = feishu.newPerson();
  await feishu.deliver(feishu.events.text({ person, text: '转人工', ageMs: 20 * 60_000 }));
  const asked = await feishu.waitFor(() => feishu.messagesTo(person)[0], { what: 'the question' });
  expect(asked.links).toEqual([]);
  expect(ticketsOf(feishu, person)).toEqual([]);
});

test('what was tried in time and takes long is no late ask', async () => {
  const { feishu } = await startTogether('postgres', { env: { LATE_MINUTES: '0.02' } });
  feishu.fault({ api: 'start_service', status: 500, code: 155000, times: 3 });
  const person = feishu.newPerson();
  await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
  await linkFor(feishu, person);
});

test('without any reuse, asks made while the hand-off runs still share its chat', async () => {
  const { feishu } = await startTogether('postgres', { env: { HANDOFF_REUSE_MINUTES: '0' } });
  const person = feishu.newPerson();
  feishu.fault({ api: 'start_service', delayMs: 400, times: 1 });
  for (let n = 0; n < 3; n += 1) await feishu.deliver(feishu.events.menu({ person, key: 'human_agent' }));
  await feishu.waitFor(() => feishu.messagesTo(person).length === 3, { what: 'three answers' });
  expect(ticketsOf(feishu, person)).toHaveLength(1);
});

test('the reuse of a chat counts from its link, however long that was on its way', async () => {
  const { feishu } = await startTogether('postgres', { env: { HANDOFF_REUSE_MINUTES: '0.01' } });
  const person = feishu.newPerson();
  feishu.fault({ api: 'send', status: 400, code: 230020, times: 2 });
  await feishu.deliver(feishu.events.menu({ person, key: 'human_agent' }));
  await feishu.waitFor(() => feishu.callsTo('send').length === 2, { what: 'the second try of the link' });
  await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
  await feishu.waitFor(() => feishu.messagesTo(person).length === 2, { what: 'two answers' });
  expect(ticketsOf(feishu, person)).toHaveLength(1);
});

test('web and worker in processes of their own serve together', async () => {
  const feishu = await simulate();
  const env = { ...feishu.env, ...(await storeEnv('postgres')) };
  const [web, worker] = await Promise.all([
    startService({ ...env, ROLE: 'web' }),
    startService({ ...env, ROLE: 'worker' }),
  ]);
  feishu.webhook = web.webhook;
  await Promise.all([untilReady(web), untilReady(worker)]);
  const person = feishu.newPerson();
  await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
  await linkFor(feishu, person);
});

test('two bots on one store do not meet', async () => {
  const [one, other] = [await startTogether('postgres'), await startTogether('postgres')];
  const person = one.feishu.newPerson();
  const click = one.feishu.events.menu({ person, key: 'human_agent' });
  const same = { ...click, header: { ...click.header, app_id: other.feishu.app.id } };
  await one.feishu.deliver(click);
  await other.feishu.deliver(same);
  await Promise.all([linkFor(one.feishu, person), linkFor(other.feishu, person)]);
  await settle(other.feishu);
  expect(ticketsOf(other.feishu, person)).toHaveLength(1);
});

test('a service whose store is away is alive and not ready', async () => {
  const feishu = await simulate();
  const service = await startService({ ...feishu.env, QUEUE_URL: 'postgres://127.0.0.1:1/none' });
  expect((await fetch(`${service.ops}/healthz`)).status).toBe(200);
  const ready = await fetch(`${service.ops}/readyz`);
  expect([ready.status, (await ready.json()) as object]).toMatchObject([503, { ready: false }]);
});

test('a request that never ends does not hold up the stop', async () => {
  const { service } = await startTogether('postgres');
  const { hostname, port } = new URL(service.webhook);
  const socket = connect(Number(port), hostname).on('error', () => {});
  await once(socket, 'connect');
  socket.write('POST /feishu/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
  const started = performance.now();
  expect(await service.stop()).toBe(0);
  expect(performance.now() - started).toBeLessThan(8_000);
});

test('told to stop at any moment of its start, it leaves with 0 and leaves no server behind', async () => {
  const feishu = await simulate();
  await Promise.all(
    [500, 800, 1_100, 1_500].map(async (delayMs) => {
      const env = await storeEnv('embedded');
      const { PATH = '', HOME = '' } = process.env;
      const ports = { HOST: '127.0.0.1', PORT: '0', OPS_PORT: '0' };
      const child = spawn(process.execPath, ['dist/src/main.js'], {
        env: { PATH, HOME, ...ports, ...feishu.env, ...env },
        stdio: 'ignore',
      });
      const exited = once(child, 'exit');
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      child.kill('SIGTERM');
      const [code, signal] = await exited;
      // Before Node runs our first line the signal ends it, as it ends any program.
      if (signal === null) expect(code).toBe(0);
      expect(existsSync(join(env.DATA_DIR ?? '', 'postgres', 'postmaster.pid'))).toBe(false);
    }),
  );
});

test('a wrong configuration is told on one page, and the service does not start', async () => {
  const feishu = await simulate();
  const { FEISHU_APP_SECRET: _, ...env } = feishu.env;
  const faulty = { ...env, QUEUE_URL: inject('postgresUrl'), PORT: 'high' };
  const started = startService(faulty);
  await expect(started).rejects.toThrow(/FEISHU_APP_SECRET[\s\S]*PORT/);
  expect(() => readConfig(faulty)).toThrow('2 faults');
});

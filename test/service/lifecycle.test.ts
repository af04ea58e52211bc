import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import {
  endWithFile,
  linkFor,
  settle,
  simulate,
  startService,
  startTogether,
  storeEnv,
  type Together,
  temporaryFolder,
  ticketsOf,
  until,
  untilReady,
} from '../support/service.ts';

describe('on one service', () => {
  const atEnd = endWithFile();
  let usual: Together;
  let forgetful: Together;
  beforeAll(async () => {
    const env = { HANDOFF_REUSE_MINUTES: '0' };
    [usual, forgetful] = await Promise.all([
      startTogether('postgres', { atEnd }),
      startTogether('postgres', { atEnd, env }),
    ]);
  });

  test('an ask that is too old is asked about instead of acted on', async () => {
    const { feishu } = usual;
    const person = feishu.newPerson();
    await feishu.deliver(feishu.events.text({ person, text: '转人工', ageMs: 20 * 60_000 }));
    const asked = await feishu.waitFor(() => feishu.messagesTo(person)[0], { what: 'the question' });
    expect(asked.links).toEqual([]);
    expect(ticketsOf(feishu, person)).toEqual([]);
  });

  test('what was tried in time and takes long is no late ask', async () => {
    const { feishu } = usual;
    // The waits between four tries and a fifth add up to 3.75 s at least.
    feishu.fault({ api: 'start_service', status: 500, code: 155000, times: 4 });
    const person = feishu.newPerson();
    await feishu.deliver(feishu.events.text({ person, text: '转人工', ageMs: 10 * 60_000 - 3_500 }));
    await linkFor(feishu, person, 20_000);
  });

  test('without any reuse, asks made while the hand-off runs still share its chat', async () => {
    const { feishu } = forgetful;
    const person = feishu.newPerson();
    feishu.fault({ api: 'start_service', delayMs: 400, times: 1 });
    for (let n = 0; n < 3; n += 1) await feishu.deliver(feishu.events.menu({ person, key: 'human_agent' }));
    await feishu.waitFor(() => feishu.messagesTo(person).length === 3, { what: 'three answers' });
    expect(ticketsOf(feishu, person)).toHaveLength(1);
  });

  test('the reuse of a chat counts from its link, however long that was on its way', async () => {
    const { feishu } = forgetful;
    const person = feishu.newPerson();
    const sent = feishu.callsTo('send').length;
    feishu.fault({ api: 'send', status: 400, code: 230020, times: 2 });
    await feishu.deliver(feishu.events.menu({ person, key: 'human_agent' }));
    await feishu.waitFor(() => feishu.callsTo('send').length === sent + 2, { what: 'the second try of the link' });
    await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
    await feishu.waitFor(() => feishu.messagesTo(person).length === 2, { what: 'two answers' });
    expect(ticketsOf(feishu, person)).toHaveLength(1);
  });

  test('two bots on one store do not meet', async () => {
    const [one, other] = [usual.feishu, forgetful.feishu];
    const person = one.newPerson();
    const click = one.events.menu({ person, key: 'human_agent' });
    const same = { ...click, header: { ...click.header, app_id: other.app.id } };
    await one.deliver(click);
    await other.deliver(same);
    await Promise.all([linkFor(one, person), linkFor(other, person)]);
    await settle(other);
    expect(ticketsOf(other, person)).toHaveLength(1);
  });
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

test('a request that never ends does not hold up the stop', async () => {
  const { service } = await startTogether('postgres', { env: { ROLE: 'web' } });
  const { hostname, port } = new URL(service.webhook);
  const socket = connect(Number(port), hostname).on('error', () => {});
  await once(socket, 'connect');
  socket.write('POST /feishu/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
  const started = performance.now();
  expect(await service.stop()).toBe(0);
  expect(performance.now() - started).toBeLessThan(8_000);
});

/** What can be seen of a first start on the embedded PostgreSQL, in its order. */
const MOMENTS = {
  'it has the folder': (files: readonly string[]) => files.includes('owner'),
  'it makes the data': (files: readonly string[]) => files.some((file) => file.startsWith('postgres-unfinished-')),
  'it has made the data': (files: readonly string[]) => files.includes('postgres'),
};

test.each(Object.entries(MOMENTS))(
  'told to stop when %s, it leaves with 0 and leaves no server behind',
  async (_, seen) => {
    const feishu = await simulate();
    const dataDir = await temporaryFolder();
    const { PATH = '', HOME = '' } = process.env;
    const ports = { HOST: '127.0.0.1', PORT: '0', OPS_PORT: '0' };
    const child = spawn(process.execPath, ['dist/src/main.js'], {
      env: { PATH, HOME, ...ports, ...feishu.env, DATA_DIR: dataDir },
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    await until(async () => seen(await readdir(dataDir)), 'the moment');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  },
);

test('a wrong configuration is told on one page, and the service does not start', async () => {
  const feishu = await simulate();
  const { FEISHU_APP_SECRET: _, ...env } = feishu.env;
  const faulty = { ...env, QUEUE_URL: inject('postgresUrl'), PORT: 'high' };
  const started = startService(faulty);
  await expect(started).rejects.toThrow(/FEISHU_APP_SECRET[\s\S]*PORT/);
  expect(() => readConfig(faulty)).toThrow('2 faults');
});

import { afterEach, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import type { Program } from '../../demo/program.ts';
import type { Simulator, SimulatorOptions } from '../../simulator/index.ts';
import { startProxy } from '../support/proxy.ts';
import {
  type AtEnd,
  endWithFile,
  linkFor,
  linksFor,
  metric,
  settle,
  simulate,
  startService,
  storeEnv,
  ticketsOf,
  until,
  untilReady,
} from '../support/service.ts';

interface World {
  readonly feishu: Simulator;
  readonly service: Program;
}

/** What only the webhook needs is left out. */
async function start(
  env: Record<string, string> = {},
  atEnd: AtEnd = onTestFinished,
  options: SimulatorOptions = {},
): Promise<World> {
  const feishu = await simulate({ subscription: 'websocket', ...options }, atEnd);
  const { FEISHU_ENCRYPT_KEY: _, FEISHU_VERIFICATION_TOKEN: __, ...needed } = feishu.env;
  const service = await startService({ ...needed, ...(await storeEnv('postgres', atEnd)), ...env }, { atEnd });
  return { feishu, service };
}

/** The SDK looks for a pong within 5 s, and begins anew with each ping: more frequent pings would hide the silence. */
const SECONDS_BETWEEN_PINGS = 5.5;

const isReady = async ({ ops }: Program) => (await fetch(`${ops}/readyz`)).ok;

/** Waits until the service has asked where to connect to since the trouble began, and is connected. */
async function untilReconnected({ feishu, service }: World, trouble: () => void): Promise<void> {
  const before = feishu.callsTo('endpoint').length;
  trouble();
  const asked = () => feishu.callsTo('endpoint').length > before;
  await feishu.waitFor(asked, { what: 'the service to connect again', timeoutMs: 15_000 });
  await untilReady(service);
}

/** An ask that goes through from beginning to end. */
async function handOff(feishu: Simulator): Promise<void> {
  const person = feishu.newPerson();
  await feishu.deliverWithRetries(feishu.events.text({ person, text: '转人工' }));
  await linkFor(feishu, person);
}

describe('a service on the long connection', () => {
  const atEnd = endWithFile();
  let feishu: Simulator;
  let service: Program;
  beforeAll(async () => {
    ({ feishu, service } = await start({}, atEnd, { pace: { pingSeconds: SECONDS_BETWEEN_PINGS } }));
    await untilReady(service);
  });
  afterEach(() => untilReady(service));

  test('answers an ask with the link of a new chat, once, and listens on no port', async () => {
    const person = feishu.newPerson();
    const asked = feishu.events.text({ person, text: '转人工' });
    expect(await feishu.deliver(asked)).toMatchObject({ status: 200, body: '' });
    expect((await feishu.deliver(asked)).status).toBe(200);
    await linkFor(feishu, person);
    await settle(feishu);
    expect([ticketsOf(feishu, person).length, feishu.messagesTo(person).length]).toEqual([1, 1]);
    for (const outcome of ['accepted', 'duplicate'])
      expect(await metric(service, `feishu_events_total{kind="message",outcome="${outcome}"}`)).toBeGreaterThan(0);
    expect(service.webhook).toBe('');
  });

  test('answers a press at once, with a notice and the card as it is from now on', async () => {
    const person = feishu.newPerson();
    await feishu.deliver(feishu.events.text({ person, text: '有人吗' }));
    const { messageId } = await feishu.waitFor(() => feishu.messagesTo(person)[0], { what: 'a question' });
    const value = { does: 'handoff', person };
    const answer = await feishu.deliver(feishu.events.cardPress({ person, messageId, value }));
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ toast: { type: 'success' }, card: { type: 'raw' } });
    await linkFor(feishu, person);
  });

  test.each(['close', 'drop'] as const)('connects again after Feishu has ended the connection: %s', async (how) => {
    await untilReconnected({ feishu, service }, () => feishu.connections.end(how));
    await handOff(feishu);
  });

  test('finds out that a connection has fallen silent, and connects again', async () => {
    await untilReconnected({ feishu, service }, feishu.connections.silence);
    await handOff(feishu);
  });

  test.each(['refuse', 'slam'] as const)('goes on when a new connection is turned away: %s', async (how) => {
    feishu.connections.turnAway(how, 2);
    await untilReconnected({ feishu, service }, () => feishu.connections.end('drop'));
    await handOff(feishu);
  });

  test('an event that is no JSON object is not taken, and harms nobody', async () => {
    expect((await feishu.deliver('nonsense')).status).toBe(500);
    expect(await feishu.deliver({}, { body: 'no JSON', timeoutMs: 200 })).toMatchObject({ status: 0 });
    await handOff(feishu);
  });

  test('logs neither secret, nor ticket, nor what was written', async () => {
    await feishu.deliver({}, { body: '打印机坏了，转人工', timeoutMs: 200 });
    await handOff(feishu);
    const said = JSON.stringify(service.log);
    for (const secret of [feishu.app.secret, 'ticket=', 'access_key', '转人工']) expect(said).not.toContain(secret);
  });
});

test('a service that is refused where it asks for the address stays up, not ready, and asks again', async () => {
  const feishu = await simulate({ subscription: 'websocket' });
  const trouble = feishu.fault({ api: 'endpoint', probability: 1, status: 200, code: 514 });
  const service = await startService({ ...feishu.env, ...(await storeEnv('postgres')) });
  await feishu.waitFor(() => feishu.callsTo('endpoint').length > 1, { what: 'a second question' });
  expect([await isReady(service), (await fetch(`${service.ops}/healthz`)).status]).toEqual([false, 200]);
  trouble.remove();
  await untilReady(service);
  await handOff(feishu);
});

test('where Feishu limits the attempts to connect, a service goes on all the same', async () => {
  const { feishu, service } = await start({}, onTestFinished, { pace: { reconnectCount: 1 } });
  await untilReady(service);
  feishu.connections.turnAway('refuse', 2);
  await untilReconnected({ feishu, service }, () => feishu.connections.end('drop'));
  await handOff(feishu);
});

test('while the queue is away nothing is acknowledged; delivered again, it is served once', async () => {
  const url = new URL(inject('postgresUrl'));
  const proxy = await startProxy({ host: url.hostname, port: Number(url.port) });
  onTestFinished(() => proxy.close());
  url.port = String(proxy.port);
  const { feishu, service } = await start({ QUEUE_URL: url.href });
  await untilReady(service);
  const person = feishu.newPerson();
  const asked = feishu.events.text({ person, text: '转人工' });
  const press = feishu.events.cardPress({ person, messageId: 'om_1', value: { does: 'handoff', person } });
  proxy.cut();
  expect((await feishu.deliver(asked)).status).toBe(500);
  const answer = await feishu.deliver(press);
  expect([answer.status, JSON.parse(answer.body)]).toMatchObject([200, { toast: { type: 'error' } }]);
  proxy.mend();
  await until(async () => (await feishu.deliver(asked)).status === 200, 'the event to be taken');
  await linkFor(feishu, person);
  await settle(feishu);
  expect(linksFor(feishu, person)).toHaveLength(1);
});

test('told to stop, a service leaves Feishu and ends', async () => {
  const { feishu, service } = await start();
  await untilReady(service);
  const stopped = service.stop();
  await feishu.waitFor(({ connections }) => connections.open === 0);
  expect(await stopped).toBe(0);
});

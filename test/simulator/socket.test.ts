import * as lark from '@larksuiteoapi/node-sdk';
import { expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import type { Simulator, SimulatorOptions } from '../../simulator/index.ts';
import { decodeFrame, encodeFrame } from '../../simulator/socket/frames.ts';
import { simulatorFor } from './started.ts';

type Invoke = (event: unknown) => Promise<unknown>;

const quiet = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };

const simulatorWith = (options?: SimulatorOptions) => simulatorFor({ subscription: 'websocket', ...options });

/** The official client, whose events go to `invoke`. It hears nothing before it says that it is ready. */
async function connect({ app, url }: Simulator, invoke: Invoke): Promise<void> {
  const settings = { appId: app.id, appSecret: app.secret, domain: url, logger: quiet };
  await new Promise<void>((onReady) => {
    const client = new lark.WSClient({ ...settings, onReady });
    onTestFinished(() => client.close({ force: true }));
    void client.start({ eventDispatcher: { invoke } as unknown as lark.EventDispatcher });
  });
}

const menuEvent = (simulator: Simulator) => simulator.events.menu({ person: simulator.newPerson(), key: 'k' });

test('the official client is delivered an event and answers it, with or without words', async () => {
  const simulator = await simulatorWith();
  const received: unknown[] = [];
  await connect(simulator, async (event) => {
    received.push(event);
    return received.length === 1 ? undefined : { toast: { content: '好' } };
  });
  const event = menuEvent(simulator);
  expect(await simulator.deliver(event)).toMatchObject({ status: 200, body: '' });
  expect(await simulator.deliver(event)).toMatchObject({ status: 200, body: '{"toast":{"content":"好"}}' });
  expect(received).toEqual([event, event]);
});

test('an event too large for one frame arrives whole', async () => {
  const simulator = await simulatorWith();
  const received: unknown[] = [];
  await connect(simulator, async (event) => void received.push(event));
  const event = simulator.events.text({ person: simulator.newPerson(), text: '长'.repeat(20_000) });
  expect((await simulator.deliver(event)).status).toBe(200);
  expect(received).toEqual([event]);
});

test('what was not taken is delivered again, on the ladder', async () => {
  const simulator = await simulatorWith();
  let tries = 0;
  await connect(simulator, async () => {
    tries += 1;
    if (tries < 3) throw new Error('not now');
  });
  const attempts = await simulator.deliverWithRetries(menuEvent(simulator));
  expect(attempts.map(({ status }) => status)).toEqual([500, 500, 200]);
});

test('nobody there, a connection that ends and one that is silent are outcomes, not errors', async () => {
  const simulator = await simulatorWith();
  expect(await simulator.deliver(menuEvent(simulator))).toMatchObject({ status: 0, error: 'no client is connected' });
  await connect(simulator, () => new Promise(() => {}));
  const pending = simulator.deliver(menuEvent(simulator));
  simulator.connections.end('drop');
  expect(await pending).toMatchObject({ status: 0, error: 'the connection ended' });
  await simulator.waitFor(({ connections }) => connections.open === 1);
  simulator.connections.silence();
  expect(await simulator.deliver(menuEvent(simulator), { timeoutMs: 50 })).toMatchObject({
    status: 0,
    error: 'no answer in time',
  });
});

/** The endpoint's answer, asked for as the official client does. */
async function askEndpoint({ url, app }: Simulator, secret = app.secret) {
  const response = await fetch(`${url}/callback/ws/endpoint`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ AppID: app.id, AppSecret: secret }),
  });
  return (await response.json()) as { code: number; data?: { URL: string; ClientConfig: object } };
}

test('an address is good for one connection, pings are answered, and bytes that are no frame end it', async () => {
  const simulator = await simulatorWith({ pace: { pingSeconds: 7 } });
  const { data } = await askEndpoint(simulator);
  const expected = { PingInterval: 7, ReconnectInterval: 0.2, ReconnectNonce: 0.1, ReconnectCount: -1 };
  expect(data?.ClientConfig).toEqual(expected);
  const socket = new WebSocket(data?.URL ?? '');
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(encodeFrame({ method: 'control', service: 33, headers: { type: 'ping' }, payload: new Uint8Array() }));
  const pong = await new Promise<Buffer>((resolve) => socket.once('message', resolve));
  const { method, headers, payload } = decodeFrame(pong);
  expect([method, headers, JSON.parse(Buffer.from(payload).toString())]).toEqual([
    'control',
    { type: 'pong' },
    expected,
  ]);
  socket.send(Buffer.from('nonsense'));
  expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(1002);
  const again = new WebSocket(data?.URL ?? '');
  const refused = await new Promise<Error>((resolve) => again.once('error', resolve));
  expect(refused.message).toContain('403');
});

test('the endpoint refuses a wrong secret, an app of the other mode, and what a fault says', async () => {
  const simulator = await simulatorWith();
  expect(await askEndpoint(simulator, 'x')).toMatchObject({ code: 514 });
  expect(await askEndpoint(await simulatorFor())).toMatchObject({ code: 403 });
  simulator.fault({ api: 'endpoint', status: 200, code: 1 });
  expect(await askEndpoint(simulator)).toMatchObject({ code: 1 });
});

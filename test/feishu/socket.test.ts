import { describe, expect, onTestFinished, test } from 'vitest';
import { type Fault, type Simulator, startSimulator } from '../../simulator/index.ts';
import { askForEndpoint } from '../../src/feishu/endpoint.ts';
import { openSocket } from '../../src/feishu/socket.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import type { Receive } from '../../src/receive.ts';
import { simulate, until } from '../support/service.ts';

const appOf =
  ({ app, url }: Simulator) =>
  () => ({ appId: app.id, appSecret: app.secret, apiUrl: url });

const silent = (feishu: Simulator) => createLog({ logLevel: 'silent', plainIds: false, app: appOf(feishu)() });

/** A connection whose events go to `receive`. */
async function connect(receive: Receive) {
  const feishu = await startSimulator({ subscription: 'websocket' });
  const metrics = createMetrics();
  const socket = openSocket({ app: appOf(feishu), receive, metrics, log: silent(feishu) });
  onTestFinished(async () => {
    await socket.close();
    await feishu.close();
  });
  await until(socket.connected, 'the connection');
  const event = feishu.events.menu({ person: feishu.newPerson(), key: 'k' });
  return { feishu, socket, metrics, event };
}

test('an event in hand is answered before the connection is closed', async () => {
  const hands = { reached: () => {}, free: () => {} };
  const reached = new Promise<void>((resolve) => {
    hands.reached = resolve;
  });
  const { feishu, socket, event } = await connect(async () => {
    hands.reached();
    await new Promise<void>((resolve) => {
      hands.free = resolve;
    });
    return { kind: 'menu', outcome: 'accepted' };
  });
  const delivery = feishu.deliver(event);
  await reached;
  const closed = socket.close();
  expect(feishu.connections.open).toBe(1);
  hands.free();
  expect((await delivery).status).toBe(200);
  await closed;
  await feishu.waitFor(({ connections }) => connections.open === 0);
});

test('events are counted by what became of them, whichever way they came', async () => {
  const outcomes: Array<() => Awaited<ReturnType<Receive>>> = [
    () => ({ kind: 'press', outcome: 'accepted', reply: { toast: {} } }),
    () => ({ kind: 'other', outcome: 'ignored' }),
    () => {
      throw new Error('the store is away');
    },
  ];
  const { feishu, metrics, event } = await connect(
    async () => outcomes.shift()?.() ?? { kind: '', outcome: 'ignored' },
  );
  const answers = [await feishu.deliver(event), await feishu.deliver(event), await feishu.deliver(event)];
  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [200, '{"toast":{}}'],
    [200, ''],
    [500, ''],
  ]);
  expect((await feishu.deliver(['no object'])).status).toBe(500);
  const text = await metrics.scrape();
  for (const labels of [
    'kind="press",outcome="accepted"',
    'kind="other",outcome="ignored"',
    'kind="unknown",outcome="unavailable"',
    'kind="unknown",outcome="rejected_unreadable"',
  ])
    expect(text).toContain(`feishu_events_total{${labels}} 1`);
});

test('a changed app secret is used with the next attempt to connect', async () => {
  const feishu = await simulate({ subscription: 'websocket' });
  const secrets = ['old'];
  const app = () => ({ ...appOf(feishu)(), appSecret: secrets[0] ?? feishu.app.secret });
  const receive: Receive = async () => ({ kind: 'menu', outcome: 'accepted' });
  const socket = openSocket({ app, receive, metrics: createMetrics(), log: silent(feishu) });
  onTestFinished(socket.close);
  await feishu.waitFor(() => feishu.callsTo('endpoint').some(({ code }) => code === 514));
  secrets.pop();
  await until(socket.connected, 'the connection');
});

describe('the question where to connect to', () => {
  const ask = (feishu: Simulator, signal: AbortSignal) =>
    askForEndpoint({ app: appOf(feishu), signal, observe: () => {}, log: silent(feishu) });

  const troubles: Omit<Fault, 'api'>[] = [
    { status: 200, code: 514 },
    // The SDK gives up at "system busy".
    { status: 200, code: 1 },
    { status: 502, body: '<html>bad gateway</html>' },
    { drop: 'before' },
    { status: 200, body: '{"code":0,"data":{"URL":"ws://127.0.0.1:1/"}}' },
    { status: 200, body: '{"code":0}' },
  ];
  test.concurrent.each(troubles)('is asked again after %j', async (trouble) => {
    const feishu = await startSimulator({ subscription: 'websocket' });
    feishu.fault({ api: 'endpoint', ...trouble });
    const { data } = await ask(feishu, AbortSignal.timeout(10_000)).finally(feishu.close);
    expect(data.URL).toContain('ticket=');
    expect(feishu.callsTo('endpoint')).toHaveLength(2);
  });

  test('is given up when the service stops', async () => {
    const feishu = await simulate();
    const stopping = new AbortController();
    const asked = ask(feishu, stopping.signal);
    await feishu.waitFor(() => feishu.callsTo('endpoint').length === 1);
    stopping.abort();
    await expect(asked).rejects.toThrow('aborted');
  });
});

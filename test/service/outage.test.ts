import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Program } from '../../demo/program.ts';
import type { Simulator } from '../../simulator/index.ts';
import { type OwnPostgres, type OwnRedis, ownPostgres, ownRedis, ownStores } from '../stores/servers.ts';
import { startProxy, type Wire } from '../support/proxy.ts';
import {
  type AtEnd,
  endWithFile,
  linkFor,
  linksFor,
  simulate,
  startService,
  ticketsOf,
  until,
  untilReady,
} from '../support/service.ts';

interface Outage {
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
}

interface World {
  readonly feishu: Simulator;
  readonly service: Program;
  readonly outages: Readonly<Record<string, Outage>>;
}

/** A service whose store can go away in every way there is. */
async function startBreakable(store: 'redis' | 'postgres', atEnd: AtEnd): Promise<World & { wire: Wire }> {
  const [feishu, [server, refusals]] = await Promise.all([
    simulate({}, atEnd),
    store === 'redis' ? redisThatRefuses(atEnd) : postgresThatRefuses(atEnd),
  ]);
  const wire = await startProxy({ host: '127.0.0.1', port: server.port });
  atEnd(() => wire.close());
  const url = new URL(server.url);
  url.port = String(wire.port);
  const service = await startService({ ...feishu.env, QUEUE_URL: url.href }, { atEnd });
  feishu.webhook = service.webhook;
  await untilReady(service);
  const outages = {
    'it was stopped and started again': { begin: server.stop, end: server.start },
    'it was frozen': { begin: server.freeze, end: server.thaw },
    'the wire was cut': { begin: wire.cut, end: wire.mend },
    'the wire passed nothing on': { begin: wire.freeze, end: wire.mend },
    'the wire forgot its connections without a word': { begin: wire.freeze, end: wire.mendForNew },
    ...refusals,
  };
  return { feishu, service, outages, wire };
}

/** The ways in which a server that answers takes nothing. */
type Refusing<Server> = readonly [Server, Readonly<Record<string, Outage>>];

async function redisThatRefuses(atEnd: AtEnd): Promise<Refusing<OwnRedis>> {
  const server = await ownRedis(atEnd);
  const { admin } = server;
  const memory = (limit: string) => async () => void (await admin.config('SET', 'maxmemory', limit));
  return [
    server,
    {
      'it could only be read': {
        begin: async () => void (await admin.replicaof('127.0.0.1', 1)),
        end: async () => void (await admin.replicaof('NO', 'ONE')),
      },
      'it was out of memory': { begin: memory('1mb'), end: memory('0') },
    },
  ];
}

async function postgresThatRefuses(atEnd: AtEnd): Promise<Refusing<OwnPostgres>> {
  const server = await ownPostgres(atEnd);
  const readOnly = (value: 'on' | 'off') => async () => {
    const admin = new pg.Client(server.url);
    await admin.connect();
    await admin.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
    await admin.query('SELECT pg_reload_conf()');
    const current = async () => (await admin.query('SHOW default_transaction_read_only')).rows[0];
    await until(async () => Object.values(await current()).includes(value), 'the setting to be read');
    await admin.end();
  };
  return [server, { 'it could only be read': { begin: readOnly('on'), end: readOnly('off') } }];
}

/** 503 in time while it lasts; afterwards the same event is taken, and its person gets the one link. */
async function expectRecovery({ feishu, service, outages }: World, name: string): Promise<void> {
  const person = feishu.newPerson();
  const asked = feishu.events.text({ person, text: '转人工' });
  await outages[name]?.begin();
  const answers = await Promise.all([0, 1, 2].map(() => feishu.deliver(asked)));
  for (const { status, ms } of answers) {
    expect(status).toBe(503);
    expect(ms).toBeLessThan(2_000);
  }
  expect((await fetch(`${service.ops}/readyz`)).status).toBe(503);
  expect((await fetch(`${service.ops}/healthz`)).status).toBe(200);
  await outages[name]?.end();
  await until(async () => (await feishu.deliver(asked)).status === 200, 'the door to open again');
  await linkFor(feishu, person);
  await untilReady(service);
  expect(linksFor(feishu, person)).toHaveLength(1);
}

describe.each(ownStores)('on %s', (store) => {
  const atEnd = endWithFile();
  let world: Awaited<ReturnType<typeof startBreakable>>;
  beforeAll(async () => {
    world = await startBreakable(store, atEnd);
  });

  test.each([
    'it was stopped and started again',
    'it was frozen',
    'the wire was cut',
    'the wire passed nothing on',
    'the wire forgot its connections without a word',
    'it could only be read',
    ...(store === 'redis' ? ['it was out of memory'] : []),
  ])('while the store is away the door answers 503 within two seconds, and all recovers by itself: %s', (name) =>
    expectRecovery(world, name),
  );

  test('a wire that broke between two events is found without them', async () => {
    const { feishu, wire } = world;
    const person = feishu.newPerson();
    wire.freeze();
    wire.mendForNew();
    await until(async () => {
      const { status } = await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
      return status === 200;
    }, 'the door to open again');
    await linkFor(feishu, person);
  });

  test('a chat that was opened while the store was away is kept, and not opened again where tickets cannot be listed', async () => {
    const { feishu, wire } = world;
    const person = feishu.newPerson();
    const calls = feishu.callsTo('start_service').length;
    feishu.fault({ api: 'start_service', delayMs: 1_000, times: 1 });
    const unlisted = feishu.fault({ api: 'tickets', probability: 1, code: 99991672 });
    await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
    await feishu.waitFor(() => feishu.callsTo('start_service').length > calls);
    wire.cut();
    await feishu.waitFor(() => ticketsOf(feishu, person).length === 1);
    const missed = wire.attempts;
    await until(() => wire.attempts > missed + 10, 'the service to miss its store');
    wire.mend();
    await linkFor(feishu, person);
    unlisted.remove();
    expect(ticketsOf(feishu, person)).toHaveLength(1);
  });

  test('nobody hammers at a store that is away', async () => {
    const { wire, service } = world;
    const before = wire.attempts;
    const started = Date.now();
    wire.cut();
    await until(() => wire.attempts > before + 10, 'ten attempts');
    const perSecond = (wire.attempts - before) / ((Date.now() - started) / 1_000);
    wire.mend();
    await untilReady(service);
    expect(perSecond).toBeLessThan(200);
  });
});

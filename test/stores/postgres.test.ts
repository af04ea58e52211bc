import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import type { OpenId } from '../../src/bot.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { startProxy } from '../support/proxy.ts';
import { linkFor, linksFor, simulate, startService, ticketsOf, until, untilReady } from '../support/service.ts';
import { ownPostgres } from './servers.ts';

async function adminOf({ url }: { readonly url: string }): Promise<pg.Client> {
  const client = new pg.Client(url).on('error', () => {});
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** A primary, and a server that copies it and can take its place. */
async function startPair() {
  const access = 'host all all 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust';
  const primary = await ownPostgres(onTestFinished, { access });
  await primary.stop();
  const follows = `primary_conninfo=host=127.0.0.1 port=${primary.port} user=postgres`;
  const settings = [follows, 'wal_retrieve_retry_interval=100ms'];
  const files = { 'standby.signal': '' };
  const standby = await ownPostgres(onTestFinished, { copyOf: primary.home, files, settings });
  await primary.start();
  const admin = await adminOf(primary);
  const copied = async () => {
    const { rows } = await admin.query('SELECT replay_lsn >= pg_current_wal_lsn() AS all FROM pg_stat_replication');
    return rows[0]?.all === true;
  };
  await until(copied, 'the copy');
  return { primary, standby, admin, copied };
}

test('a PostgreSQL that became read-only: 503, and after the failover the job in hand goes on with its one chat', async () => {
  const { primary, standby, admin, copied } = await startPair();
  const wire = await startProxy({ host: '127.0.0.1', port: primary.port });
  onTestFinished(() => wire.close());
  const feishu = await simulate();
  const service = await startService({
    ...feishu.env,
    QUEUE_URL: `postgres://postgres@127.0.0.1:${wire.port}/postgres`,
  });
  feishu.webhook = service.webhook;
  await untilReady(service);

  const [inHand, after] = [feishu.newPerson(), feishu.newPerson()];
  feishu.fault({ api: 'start_service', delayMs: 1_000, times: 1 });
  await feishu.deliver(feishu.events.text({ person: inHand, text: '转人工' }));
  await feishu.waitFor(() => feishu.callsTo('start_service').length === 1);
  await until(copied, 'the copy');
  await admin.query('ALTER SYSTEM SET default_transaction_read_only = on');
  await admin.query('SELECT pg_reload_conf()');
  const asked = feishu.events.text({ person: after, text: '转人工' });
  await until(async () => (await feishu.deliver(asked)).status === 503, 'the door to close');
  const ready = await fetch(`${service.ops}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('read-only')]);

  // The old primary lives on, and so would every connection to it that is not given up.
  await (await adminOf(standby)).query('SELECT pg_promote()');
  wire.lead({ host: '127.0.0.1', port: standby.port });
  await until(async () => (await feishu.deliver(asked)).status === 200, 'the door to open again');
  await Promise.all([linkFor(feishu, after), linkFor(feishu, inHand, 20_000)]);
  expect([ticketsOf(feishu, inHand).length, linksFor(feishu, inHand).length]).toEqual([1, 1]);
  await untilReady(service);
});

test('options in the URL leave the search path to us', async () => {
  const connectionString = `${inject('postgresUrl')}?options=-c%20search_path%3Dpg_catalog%20-c%20work_mem%3D8MB`;
  const namespace = `cli_${randomBytes(8).toString('hex')}`;
  const store = openPostgres({ connectionString }, { namespace, onError: () => {} });
  onTestFinished(() => store.close());
  await store.ready;
  expect(await store.ledger.claim('ou_1' as OpenId, 'h1', 0, 1_000)).toEqual({ state: 'mine' });
  const queue = await store.queue('handoff', {});
  onTestFinished(() => queue.close());
  await queue.add('handoff', {}, { jobId: 'h1' });
  expect(await queue.getJobCounts('waiting')).toEqual({ waiting: 1 });
});

import pg from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import { createWires } from '../../src/store/postgres-wires.ts';
import { startProxy } from '../support/proxy.ts';
import { until } from '../support/service.ts';

async function openPool() {
  const url = new URL(inject('postgresUrl'));
  const wire = await startProxy({ host: url.hostname, port: Number(url.port) });
  onTestFinished(() => wire.close());
  url.port = String(wire.port);
  const options = { connectionString: url.href, query_timeout: 1_000 };
  const pool = new pg.Pool({ ...options, max: 4 }).on('error', () => {});
  onTestFinished(() => pool.end());
  const wires = createWires();
  wires.watchPool(pool);
  return { wire, wires, pool, options };
}

test('a wire that forgot its connections costs one query its time, and no other', async () => {
  const { wire, pool } = await openPool();
  await Promise.all(Array.from({ length: 4 }, () => pool.query('SELECT pg_sleep(0.1)')));
  expect(pool.idleCount).toBe(4);
  wire.freeze();
  wire.mendForNew();
  await expect(pool.query('SELECT 1')).rejects.toThrow('Query read timeout');
  await until(() => pool.totalCount === 0, 'the others to be given up');
  await expect(pool.query('SELECT 1')).resolves.toMatchObject({ rowCount: 1 });
});

test('a listener on such a wire hears of it', async () => {
  const { wire, wires, pool, options } = await openPool();
  const listener = new pg.Client(options);
  await listener.connect();
  const lost = new Promise<Error>((resolve) => listener.on('error', resolve));
  wires.watchListener(listener);
  await pool.query('SELECT pg_sleep(0.1)');
  wire.freeze();
  wire.mendForNew();
  await expect(pool.query('SELECT 1')).rejects.toThrow('Query read timeout');
  expect(await lost).toBeInstanceOf(Error);
});

import { randomBytes } from 'node:crypto';
import { inject, onTestFinished } from 'vitest';
import type { Store } from '../../src/store/contract.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openRedis } from '../../src/store/redis.ts';
import type { OpenedStore } from './service.ts';

/** What keeps the data of one test from another's. */
export const newNamespace = () => `cli_${randomBytes(8).toString('hex')}`;

/** A store of this process, ready, closed with the test. */
export async function openStore(store: OpenedStore, namespace = newNamespace()): Promise<Store> {
  const options = { namespace, onError: () => {} };
  const opened =
    store === 'redis'
      ? openRedis(inject('redisUrl') ?? '', options)
      : openPostgres({ connectionString: inject('postgresUrl') }, options);
  onTestFinished(() => opened.close());
  await opened.ready;
  return opened;
}

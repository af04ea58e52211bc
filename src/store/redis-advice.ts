import type { Advice } from './contract.ts';
import type { RedisAddress } from './redis-address.ts';

/** What the operator should change about this Redis, from its answer to INFO. Managed ones may keep parts of it back. */
export function adviseOnRedis(info: string, kind: RedisAddress['kind']): Advice[] {
  const told = (field: string) => new RegExp(`^${field}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const address = kind === 'server' ? onMode(told('redis_mode')) : [];
  return [...address, ...onEviction(told('maxmemory_policy')), ...onPersistence(told('aof_enabled'))];
}

function onMode(mode: string | undefined): Advice[] {
  if (mode !== 'cluster' && mode !== 'sentinel') return [];
  const sentence = `QUEUE_URL names one Redis server, and it is a ${mode === 'cluster' ? 'node of a cluster' : 'sentinel'}: begin it with redis+${mode}://.`;
  return [{ level: 'error', sentence }];
}

function onEviction(policy: string | undefined): Advice[] {
  if (policy === 'noeviction') return [];
  if (policy === undefined) {
    return [{ level: 'info', sentence: 'Redis does not tell its maxmemory-policy: make sure that it is noeviction.' }];
  }
  const sentence =
    `Redis throws keys away when its memory is full (maxmemory-policy ${policy}): asks can be lost and chats doubled. ` +
    'Set maxmemory-policy to noeviction, in redis.conf and by CONFIG SET, or in the settings of your provider.';
  return [{ level: 'error', sentence }];
}

function onPersistence(appendOnly: string | undefined): Advice[] {
  if (appendOnly === '1') return [];
  if (appendOnly === undefined) {
    return [{ level: 'info', sentence: 'Redis does not tell whether it keeps an append-only file: it should.' }];
  }
  const sentence =
    'Redis keeps no append-only file: when it ends, asks are lost that came after its last snapshot. ' +
    'Set appendonly to yes, in redis.conf and by CONFIG SET, or switch on persistence at your provider.';
  return [{ level: 'warn', sentence }];
}

import { readPostgresAddress } from './postgres-address.ts';
import { readRedisAddress } from './redis-address.ts';

/** Which store a QUEUE_URL means. Anything else is refused at the start. */
export const isRedis = (url: string): boolean => /^rediss?[:+]/.test(url);
const isPostgres = (url: string) => /^postgres(ql)?:/.test(url);

/** What is wrong with a QUEUE_URL, without quoting it: it holds a password. */
export function faultOfQueueUrl(url: string): string | undefined {
  try {
    if (isRedis(url)) readRedisAddress(url);
    else if (isPostgres(url)) readPostgresAddress(url);
    else return 'must begin with redis:// or postgres://; without one the embedded PostgreSQL is used';
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

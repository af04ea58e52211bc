import { randomBytes } from 'node:crypto';

/** An id in the form of Feishu's `x-tt-logid`: the time, then hexadecimal digits. */
export function newLogId(at: number): string {
  const time = new Date(at).toISOString().replaceAll(/\D/g, '').slice(0, 14);
  return `${time}${randomBytes(9).toString('hex').toUpperCase()}`;
}

import { createHash } from 'node:crypto';
import { isObject, type Json } from './delivery.ts';

/** Feishu's JSON, field by field. Nothing here throws, whatever stands in it. */
export const object = (value: unknown): Json => (isObject(value) ? value : {});

/** Well-formed and without NUL, which PostgreSQL refuses. */
export const clean = (value: unknown): string =>
  typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : '';

/** Ids are logged and kept; one that is too long to be an id of Feishu's is only told from others. */
export const short = (id: string): string => (id.length <= 128 ? id : hash(id));

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Feishu's ids are short words; what is not one is no id that anything could be sent to. */
export function toId<Id extends string>(value: unknown): Id | undefined {
  return typeof value === 'string' && /^[\w-]{1,128}$/.test(value) ? (value as Id) : undefined;
}

/** Times come in seconds, milliseconds or microseconds, as number or string; the count of digits tells which. */
export function toInstant(value: unknown): number | undefined {
  // Not of an object: one whose `toString` is no function throws.
  const digits = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  if (!/^\d{9,17}$/.test(digits)) return undefined;
  const number = Number(digits);
  if (digits.length <= 11) return number * 1000;
  return digits.length <= 14 ? number : Math.floor(number / 1000);
}

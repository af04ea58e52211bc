import type { Dice } from './dice.ts';

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'header',
  'event',
  '',
  '\0',
  '\ud800',
] as const;
/** A key that means something to JavaScript, or nothing to anybody. */
export const oddName = (dice: Dice) => dice.pick(NAMES);

const SCALARS = [null, true, false, 0, -1, 0.1, 1e308, 2 ** 53];
const TEXTS = ['', ' ', '\0', '\ud800', '转\udfff人工', '-0', '1e400', '9'.repeat(400), '\u202e人工', '转人工'];
const IDS = ['om:1', '../../x', '*', '%00', "'; DROP TABLE ledger;--", 'url_verification', '12345678901234567890'];
const TREES = [[], {}, [[]], [null], { toString: 1 }, { length: -1 }, JSON.parse('{"__proto__":{"x":1}}')];

/** A value where another one belongs. */
export function odd(dice: Dice): unknown {
  if (dice.chance(0.1)) return dice.pick(['转人工', 'a', '\0', '@_user_1 ', '😀', '[']).repeat(10 ** dice.whole(1, 5));
  return dice.pick<unknown>([undefined, ...SCALARS, ...TEXTS, ...IDS, ...TREES]) ?? null;
}

const HEADERS = [
  'x-lark-request-timestamp',
  'x-lark-request-nonce',
  'x-lark-signature',
  'content-type',
  'content-encoding',
  'accept-encoding',
  'cookie',
  'forwarded',
  'x-forwarded-for',
] as const;

/** Some headers with values nobody sends; Latin-1, since Node sends no other. */
export function oddHeaders(dice: Dice): Record<string, string> {
  const value = () =>
    dice.pick<() => string>([
      () => '',
      () => 'NaN',
      () => '1e400',
      () => '-1',
      () => 'gzip',
      () => 'a'.repeat(10 ** dice.whole(1, 4)),
      () => Array.from({ length: dice.whole(1, 60) }, () => String.fromCharCode(dice.whole(0xa1, 0x100))).join(''),
    ])();
  return Object.fromEntries(Array.from({ length: dice.whole(1, 4) }, () => [dice.pick(HEADERS), value()]));
}

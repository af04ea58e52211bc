import type { FeishuEvent, How } from '../simulator/index.ts';
import { encrypt, sign } from '../simulator/signer.ts';
import type { Dice } from './dice.ts';
import { odd, oddHeaders, oddName } from './odd.ts';

/** One delivery that Feishu would never make. */
export interface Oddity {
  readonly kind: string;
  /** Sealed and signed properly, unless `how` has other bytes. */
  readonly event?: unknown;
  readonly how?: How;
}

export interface MutationParts {
  readonly dice: Dice;
  readonly encryptKey: string;
  /** A proper event to begin with. */
  readonly base: () => FeishuEvent<object>;
}

type Maker = (parts: MutationParts) => Omit<Oddity, 'kind'>;

/** Forged ones must be refused; sealed and signed ones are as good as Feishu's own, and must only do no harm. */
const MAKERS: readonly [readonly [string, Maker], ...(readonly [string, Maker])[]] = [
  ['forged: bits of the body flipped', (parts) => forged(parts, flipped)],
  ['forged: body cut short', (parts) => forged(parts, cut)],
  [
    'signed: bits of the sealed body flipped',
    (parts) => ({ how: { body: flipped(parts.dice, sealed(parts, text(parts))) } }),
  ],
  ['signed: sealed body cut short', (parts) => ({ how: { body: cut(parts.dice, sealed(parts, text(parts))) } })],
  [
    'signed: another document around it',
    ({ dice }) => ({ how: { body: JSON.stringify({ encrypt: odd(dice), [oddName(dice)]: odd(dice) }) } }),
  ],
  ['sealed: bits of the text flipped', (parts) => ({ how: { body: sealed(parts, flipped(parts.dice, text(parts))) } })],
  ['sealed: text cut short', (parts) => ({ how: { body: sealed(parts, cut(parts.dice, text(parts))) } })],
  ['sealed: one value of another type', ({ dice, base }) => ({ event: withOdd(dice, base()) })],
  [
    'sealed: several values of other types',
    ({ dice, base }) => ({ event: withOdd(dice, withOdd(dice, withOdd(dice, base()))) }),
  ],
  ['sealed: keys twice', (parts) => ({ how: { body: sealed(parts, doubled(parts.dice, text(parts))) } })],
  ['sealed: nested deeply', (parts) => ({ how: { body: sealed(parts, nested(parts.dice, text(parts))) } })],
  ['sealed: content that is no content', ({ dice, base }) => ({ event: withContent(dice, base()) })],
  ['headers: rubbish', ({ dice, base }) => ({ event: base(), how: { headers: oddHeaders(dice) } })],
];

/** One oddity by the dice. */
export function mutate(parts: MutationParts): Oddity {
  const [kind, make] = parts.dice.pick(MAKERS);
  return { kind, ...make(parts) };
}

const text = ({ base }: MutationParts) => JSON.stringify(base());

/** Latin-1, so that each character is one byte whatever became of it. */
const sealed = ({ encryptKey }: MutationParts, plain: string | Buffer) =>
  JSON.stringify({ encrypt: encrypt(typeof plain === 'string' ? plain : plain.toString('latin1'), encryptKey) });

/** Bears the signature of the body as it was before the damage. */
function forged(parts: MutationParts, damage: (dice: Dice, whole: string) => Buffer): Omit<Oddity, 'kind'> {
  const whole = sealed(parts, text(parts));
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = sign(timestamp, 'nonce', parts.encryptKey, whole);
  const headers = { 'x-lark-request-nonce': 'nonce' };
  return { how: { body: damage(parts.dice, whole), timestamp, signature, headers } };
}

function flipped(dice: Dice, whole: string): Buffer {
  const bytes = Buffer.from(whole);
  for (let flips = dice.whole(1, 9); flips > 0; flips -= 1) {
    const at = dice.whole(0, bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.whole(0, 8));
  }
  return bytes;
}

const cut = (dice: Dice, whole: string) => Buffer.from(whole).subarray(0, dice.whole(0, Buffer.byteLength(whole)));

/** Every key once more, with another value. */
const doubled = (dice: Dice, json: string) =>
  json.replaceAll(/"(\w+)":/g, (key, name) =>
    dice.chance(0.3) ? `"${name}":${JSON.stringify(odd(dice)) ?? 0},${key}` : key,
  );

/** At the deepest 380,000 brackets: with base64 around them nearly a megabyte, the most a body may have. */
function nested(dice: Dice, json: string): string {
  const depth = Math.round(10 ** dice.between(2, 5.58));
  const deep = dice.chance(0.5)
    ? '['.repeat(depth) + ']'.repeat(depth)
    : `${'{"a":'.repeat(depth / 4)}1${'}'.repeat(depth / 4)}`;
  const whole = dice.chance(0.5) ? json : json.replace(/"event_id":"\w+",/, '');
  return whole.replace(/"tenant_key":/, `"deep":${deep},"tenant_key":`);
}

/** A copy in which something somewhere is something else. */
function withOdd<T>(dice: Dice, value: T): unknown {
  if (typeof value !== 'object' || value === null || dice.chance(0.15)) return odd(dice);
  const entries = Object.entries(value);
  const [name] = dice.pick([['new', 0], ...entries]);
  const changed = withOdd(dice, (value as Record<string, unknown>)[name]);
  if (Array.isArray(value)) return Object.assign([...value], { [name]: changed });
  const other = dice.chance(0.1) ? oddName(dice) : name;
  return Object.fromEntries([...entries.filter(([key]) => key !== name || dice.chance(0.1)), [other, changed]]);
}

function withContent(dice: Dice, event: FeishuEvent<object>): unknown {
  const { message } = event.event as { message?: object };
  const content = dice.pick<() => string>([
    () => '',
    () => '{"text":',
    () => JSON.stringify({ text: odd(dice) }),
    () => JSON.stringify(odd(dice)) ?? '',
    () => JSON.stringify({ title: odd(dice), content: [[{ tag: 'text', text: odd(dice) }, odd(dice)], odd(dice)] }),
    () => '['.repeat(100_000),
  ])();
  return {
    ...event,
    event: { ...event.event, message: { ...message, message_type: dice.pick(['text', 'post', 'x']), content } },
  };
}

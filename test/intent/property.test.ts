import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPhrases } from '../../src/phrases.ts';
import { makeIntent } from './fixtures.ts';

const intent = makeIntent();
const { words, frames } = readPhrases({});
const LIMIT_MS = 5;

const vocabulary = Object.values(words).flatMap((list) => list.map(({ text }) => text));
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4000 }),
  fc.string({ unit: 'grapheme', maxLength: 2000 }),
  fc
    .array(fc.constantFrom(...vocabulary, ' ', '，', '。', 'a', '不', '转'), { maxLength: 1500 })
    .map((all) => all.join('')),
  fc
    .tuple(
      fc.constantFrom(...vocabulary, '转', '人', ' ', '<a', '@', '[', 'ｶﾞ', '\u200b', 'e\u0301', '😀'),
      fc.nat(4000),
    )
    .map(([unit, times]) => unit.repeat(times)),
);
const cut = (text: string) => text.slice(0, 4000);

/** The best of several tries, of the processor's time: what the text costs, not what else the machine did. */
function millisecondsFor(text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5 && best > LIMIT_MS; i += 1) {
    const start = process.cpuUsage();
    intent.decide(text);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

test('no text of up to 4,000 characters takes over 5 ms', () => {
  for (let i = 0; i < 200; i += 1)
    intent.decide('麻烦帮我转人工，I need a human, 担当者につないで'.repeat(1 + (i % 20)));
  fc.assert(
    fc.property(anyText, (text) => {
      expect(millisecondsFor(cut(text))).toBeLessThanOrEqual(LIMIT_MS);
    }),
    { numRuns: 300 },
  );
});

/** What decides where no frame does; see settle.ts. */
const FIXED = ['nothing', 'keyword-alone', 'too-much', 'asking', 'perhaps', 'neither'].flatMap((name) => [
  name,
  `sounds-like-${name}`,
]);

test('evidence is what stands in the text, and a rule is one of a bounded set', () => {
  const rules = new Set([...frames.map(({ name }) => name), ...FIXED]);
  fc.assert(
    fc.property(anyText, (text) => {
      const { evidence, rule } = intent.decide(text);
      expect(rules).toContain(rule);
      for (const span of evidence) expect(text.slice(span.start, span.end)).toBe(span.text);
    }),
    { numRuns: 300 },
  );
});

test('an explanation tells of the decision that is made', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(intent.explain(text)).toMatchObject(intent.decide(text));
    }),
    { numRuns: 100 },
  );
});

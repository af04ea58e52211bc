import { readFileSync } from 'node:fs';
import { createIntent } from '../handlers/intent/index.ts';
import { readPhrases } from '../src/phrases.ts';
import { readWeights } from '../src/weights.ts';

export interface IntentFigures {
  readonly readMs: number;
  readonly buildMs: number;
  readonly medianUs: number;
  readonly p99Us: number;
  readonly hostileUs: number;
  /** Which of the hostile texts was the slowest. */
  readonly hostile: string;
}

const WARM_UP = 3;
const ROUNDS = 7;
const HOSTILE_LENGTH = 2000;

const repeat = (unit: string): string => unit.repeat(HOSTILE_LENGTH).slice(0, HOSTILE_LENGTH);

/** Words of every kind in a fixed disorder: nothing repeats, everything half fits. */
function shuffled(words: readonly string[]): string {
  let seed = 7;
  let text = '';
  while (text.length < HOSTILE_LENGTH) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    text += words[seed % words.length] ?? '';
  }
  return text.slice(0, HOSTILE_LENGTH);
}

const CHINESE = '转 人 工 客服 不要 给我 帮 你是 什么 电话 用户说 如果 请 找 想 跟'.split(' ');
const ENGLISH = "talk |to |a |human |i |want |don't |need |agent |if |transfer |me |with ".split('|');

const HOSTILE: Readonly<Record<string, string>> = {
  'one character': repeat('转'),
  'one keyword': repeat('人工'),
  'half a keyword': repeat('转人'),
  'requests without end': repeat('给我转给我找人'),
  'refusals without end': repeat('不要给我转'),
  'one letter and a space': repeat('a '),
  'English beginnings': repeat('i want to talk to a '),
  'open tags': repeat('<a'),
  mentions: repeat('@'),
  emoji: repeat('😀'),
  'zero width': repeat('\u200b'),
  marks: repeat('e\u0301'),
  'half-width kana': repeat('ｶﾞ'),
  'wide characters': repeat('㍿'),
  'Chinese disorder': shuffled(CHINESE),
  'English disorder': shuffled(ENGLISH),
  'mixed disorder': shuffled([...CHINESE, ...ENGLISH, '，', '担当者', 'つないで', ' ']),
};

/** The best of several rounds for each text: what it costs, not what else the machine did. */
function costsOf(texts: readonly string[], decide: (text: string) => unknown): number[] {
  for (let i = 0; i < WARM_UP; i += 1) texts.forEach(decide);
  return texts.map((text) => {
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < ROUNDS; i += 1) {
      const start = process.hrtime.bigint();
      decide(text);
      best = Math.min(best, Number(process.hrtime.bigint() - start) / 1000);
    }
    return best;
  });
}

/** Measures reading, building and deciding on one core. */
export function benchIntent(): IntentFigures {
  const start = performance.now();
  const phrases = readPhrases({});
  const weights = readWeights();
  const read = performance.now();
  const { decide } = createIntent(phrases, weights);
  const built = performance.now();
  const lines = readFileSync(new URL('../test/intent/corpus.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const texts = lines.map((line) => (JSON.parse(line) as { text: string }).text);
  const costs = costsOf(texts, (text) => decide(text)).sort((a, b) => a - b);
  const hostile = costsOf(Object.values(HOSTILE), (text) => decide(text));
  const hostileUs = Math.max(...hostile);
  return {
    readMs: read - start,
    buildMs: built - read,
    medianUs: costs[Math.floor(costs.length / 2)] ?? 0,
    p99Us: costs[Math.floor(costs.length * 0.99)] ?? 0,
    hostileUs,
    hostile: Object.keys(HOSTILE)[hostile.indexOf(hostileUs)] ?? '',
  };
}

/** The figures in one line. */
export const showIntent = (figures: IntentFigures): string =>
  `intent   median ${figures.medianUs.toFixed(1)} µs   p99 ${figures.p99Us.toFixed(1)} µs   ` +
  `${HOSTILE_LENGTH} hostile characters ${figures.hostileUs.toFixed(0)} µs (${figures.hostile})   ` +
  `phrases read in ${figures.readMs.toFixed(0)} ms, built in ${figures.buildMs.toFixed(0)} ms\n`;

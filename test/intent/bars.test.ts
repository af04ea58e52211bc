import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FIXED_RULES } from '../../handlers/intent/judge.ts';
import { STAGES } from '../../handlers/intent/types.ts';
import { digestOfLines } from '../../scripts/train-intent.ts';
import { groupBy, judgeLines, scoreOf } from '../../src/intent-score.ts';
import { readWeights } from '../../src/weights.ts';
import { makeIntent, readText } from './fixtures.ts';

const WITHOUT_FRAME = [FIXED_RULES.nothing, FIXED_RULES.keyword];

const intent = makeIntent();
const development = judgeLines(readText('development.jsonl'), intent);
const corpus = judgeLines(readText('corpus.jsonl'), intent);
const chinese = judgeLines(readText('corpus-zh.jsonl'), intent);
const hard = judgeLines(readText('hard-en-ja.jsonl'), intent);

const wrongly = (judged: typeof corpus) =>
  judged.filter(({ label, got }) => label === 'other' && got === 'human').map(({ text }) => text);

test('the development set: nobody is disturbed, hardly anybody is missed', () => {
  expect(wrongly(development)).toEqual([]);
  const { recall, reach, unsure, rash } = scoreOf(development);
  expect(recall).toBeGreaterThanOrEqual(0.97);
  expect(reach).toBeGreaterThanOrEqual(0.99);
  expect(unsure).toBeGreaterThanOrEqual(0.75);
  expect(rash).toBeLessThanOrEqual(0.08);
});

describe.each([
  ['development set', development],
  ['own corpus', corpus],
  ['lines in Chinese that nobody had tuned for when they were first measured', chinese],
] as const)('%s', (_name, judged) => {
  test.each(groupBy(judged, ({ lang }) => lang))('%s reaches its bars', (_lang, lines) => {
    const { precision, recall, reach, unsure, rash } = scoreOf(lines);
    expect(precision).toBeGreaterThanOrEqual(0.995);
    expect(recall).toBeGreaterThanOrEqual(0.97);
    expect(reach).toBeGreaterThanOrEqual(0.985);
    if (lines.some(({ label }) => label === 'ambiguous')) {
      expect(unsure).toBeGreaterThanOrEqual(0.75);
      expect(rash).toBeLessThanOrEqual(0.08);
    }
  });

  test.each(groupBy(judged, ({ lang, tag }) => `${lang}/${tag}`))('%s reaches its bars', (_group, lines) => {
    const { recall, cards } = scoreOf(lines);
    if (!Number.isNaN(recall)) expect(recall).toBeGreaterThanOrEqual(0.93);
    // One card is a tenth of a small group.
    if (!Number.isNaN(cards)) expect(cards).toBeLessThanOrEqual(Math.max(0.1, 1 / lines.length));
  });
});

test.each(groupBy(hard, ({ lang }) => lang))(
  'lines that were hard when they were new: %s keeps what was gained',
  (_lang, lines) => {
    const { precision, recall, reach } = scoreOf(lines);
    expect(precision).toBeGreaterThanOrEqual(0.99);
    expect(recall).toBeGreaterThanOrEqual(0.93);
    expect(reach).toBeGreaterThanOrEqual(0.97);
  },
);

test('lines that neither rules nor weights have seen: the rules of language hold beyond what was tuned for', () => {
  const { precision, recall, reach, unsure, rash } = scoreOf(judgeLines(readText('unseen.jsonl'), intent));
  expect(precision).toBeGreaterThanOrEqual(0.99);
  expect(recall).toBeGreaterThanOrEqual(0.96);
  expect(reach).toBeGreaterThanOrEqual(0.985);
  expect(unsure).toBeGreaterThanOrEqual(0.75);
  expect(rash).toBeLessThanOrEqual(0.08);
});

test.each([
  ['other scripts', ['Привет', '안녕하세요', 'مرحبا', 'สวัสดี', 'Καλημέρα']],
  ['other languages', ['guten Morgen', 'merci beaucoup', 'obrigado', 'grazie mille', 'dzień dobry']],
  ['names and rubbish', ['asdf', 'Grafana', 'KB5034441', 'ISO27001', 'xkcd', 'x', '7']],
])('what nobody has ever written to the bot gets no card: %s', (_kind, texts) => {
  expect(texts.filter((text) => intent.decide(text).decision !== 'other')).toEqual([]);
});

test('whoever says first what they want and then why gets a human', () => {
  const asks = ['转人工，打印机坏了', '转接人工，会议室投影不亮', '找人工，门禁坏了', '帮我转人工，报销被退回了'];
  const english = ['human please, the printer is broken', 'talk to a person, my badge does not work'];
  expect([...asks, ...english].filter((text) => intent.decide(text).decision !== 'human')).toEqual([]);
});

test('the weights know what every rule finds that may be weighed', () => {
  const { signs } = readWeights();
  const stages = Object.keys(STAGES).filter((stage) => stage !== 'mask');
  expect(Object.keys(signs)).toEqual(
    expect.arrayContaining([...stages, ...WITHOUT_FRAME, 'command-in-it', 'hidden', 'part-quoted']),
  );
});

test('the weights were learnt from the lines as they are: else run `npm run train`', () => {
  const { madeOf } = JSON.parse(readFileSync('handlers/intent/weights.json', 'utf8')) as { madeOf: string };
  expect(madeOf).toBe(digestOfLines());
});

test('at most two of a hundred ordinary questions get a card, and none a chat', () => {
  const ordinary = corpus.filter(({ tag }) => ['it-question', 'hr-question', 'smalltalk'].includes(tag));
  const { cards } = scoreOf(ordinary);
  expect(ordinary.length).toBeGreaterThan(500);
  expect(cards).toBeLessThanOrEqual(0.02);
  expect(wrongly(ordinary)).toEqual([]);
});

test('at most three of a thousand trap lines are handed over', () => {
  const traps = corpus.filter(({ tag, label }) => tag === 'trap-word' && label === 'other');
  expect(wrongly(traps).length / traps.length).toBeLessThanOrEqual(0.003);
});

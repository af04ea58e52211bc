import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createIntent } from '../../handlers/intent/index.ts';
import { PhrasesError, readPhrases } from '../../src/phrases.ts';
import { readWeights } from '../../src/weights.ts';

function teamFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'phrases-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'team.yaml');
  writeFileSync(file, text);
  return file;
}

const withTeam = (text: string) => createIntent(readPhrases({ file: teamFile(text) }), readWeights());

function faultOf(text: string): string {
  try {
    withTeam(text);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return '';
}

test('a team adds a phrase with an example in one file', () => {
  const intent = withTeam('words:\n  request: |\n    喊阿姨\n    + 快帮我喊阿姨\n    - 不用喊阿姨了\n');
  expect(intent.decide('喊阿姨')).toMatchObject({ decision: 'human' });
  expect(intent.decide('电脑坏了，喊阿姨吧，谢谢')).toMatchObject({ decision: 'human' });
  expect(intent.decide('不用喊阿姨了')).toMatchObject({ decision: 'cancel' });
  expect(intent.check()).toEqual([]);
});

test('呼叫真人 can be added as a phrase', () => {
  const intent = withTeam('words:\n  request: |\n    呼叫真人\n    + 帮我呼叫真人\n');
  expect(intent.decide('呼叫真人').decision).toBe('human');
  expect(intent.check()).toEqual([]);
});

test('a list may be written as a YAML list too', () => {
  expect(withTeam('words:\n  request:\n    - 喊阿姨\n    - 喊大叔\n').decide('喊大叔').decision).toBe('human');
});

test('an example that does not hold is named with file and line', () => {
  const [broken] = withTeam('words:\n  request: |\n    喊阿姨\n    + 阿姨的电脑坏了\n').check();
  expect(broken).toMatchObject({
    where: 'team.yaml:4',
    text: '阿姨的电脑坏了',
    of: 'request',
    got: { decision: 'other' },
  });
});

test('a team takes a word out of a list', () => {
  const intent = withTeam('words:\n  request: |\n    !摇人\n');
  expect(intent.decide('摇人').decision).toBe('other');
});

test('a team adds a mask and a frame of its own', () => {
  const intent = withTeam(
    'masks:\n  our-terms: |\n    人工台账\n    + 人工台账在哪\nframes:\n  request:\n    our-desk: |\n      (呼|传)小蜜书\n      + 传小蜜书\n',
  );
  expect(intent.decide('请传小蜜书')).toMatchObject({ decision: 'human', rule: 'our-desk' });
  expect(intent.check()).toEqual([]);
});

test('no file of a team: the phrases of the project', () => {
  expect(readPhrases({}).words.target?.length).toBeGreaterThan(50);
});

test.each([
  ['broken YAML', 'words:\n  request: [a\nframes: {}\n', /team\.yaml:[23]: /],
  ['an unknown section', 'words: {}\nphrase: {}\n', /team\.yaml:\d+: .*phrase/],
  ['an unknown stage', 'frames:\n  requests:\n    x: |\n      转\n', /team\.yaml:\d+: frames.*requests/],
  ['a number for a list', 'words:\n  target: 5\n', /team\.yaml:2: words\.target: must be text/],
  ['a name with blanks', 'words:\n  My List: x\n', /team\.yaml:2: .*name/],
  ['a list of the whole file', '- a\n- b\n', /team\.yaml:1: .*must have words/],
  [
    'an unknown word list',
    'frames:\n  request:\n    x: |\n      转\n      {nowhere}转\n',
    /team\.yaml:5: .*\{nowhere\}/,
  ],
  ['an unbalanced choice', 'words:\n  request: |\n    转(人|仁工\n', /team\.yaml:3: cannot read/],
  ['a pattern nobody can read', 'frames:\n  request:\n    x: |\n      a.*{b\n', /team\.yaml:4: cannot read/],
  ['a gap without end', 'frames:\n  request:\n    x: |\n      转{gap:900}人\n', /team\.yaml:4: a gap is at most/],
  ['a word that makes thousands', `words:\n  request: |\n    ${'(a|b)'.repeat(12)}\n`, /team\.yaml:3: .*more than/],
  ['nothing but optional words', 'frames:\n  request:\n    x: |\n      {mid*}\n', /team\.yaml:4: .*not optional/],
  [
    'a list that names itself',
    'words:\n  round: |\n    {round}\nframes:\n  request:\n    x: |\n      {round}\n',
    /end nowhere/,
  ],
  ['a word of punctuation', 'words:\n  request: |\n    ！！\n', /team\.yaml:3: nothing is left/],
  [
    'aliases that unfold',
    `a: &a [x, x]\n${'bcdefghij'.replace(/./g, (c) => `${c}: &${c} [*${String.fromCharCode(c.charCodeAt(0) - 1)}, *${String.fromCharCode(c.charCodeAt(0) - 1)}]\n`)}`,
    /team\.yaml:\d+: /,
  ],
])('%s is refused with file, line and reason', (_name, text, expected) => {
  expect(faultOf(text)).toMatch(expected);
});

test('all faults come at once', () => {
  const fault = faultOf('words:\n  target: 5\n  Bad Name: x\nother: 1\n');
  expect(fault.split('\n').filter((line) => line.startsWith('team.yaml:')).length).toBeGreaterThanOrEqual(3);
});

test('a file that is not there, and one that is no phrase file, are refused', () => {
  expect(() => readPhrases({ file: '/nowhere/team.yaml' })).toThrow(/no such file/);
  expect(() => readPhrases({ file: teamFile(`words:\n  request: |\n    ${'x'.repeat(600_000)}\n`) })).toThrow(
    PhrasesError,
  );
});

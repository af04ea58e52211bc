import { expect, test } from 'vitest';
import { expandWord, parsePattern } from '../../handlers/intent/pattern.ts';
import { readPhrases } from '../../src/phrases.ts';
import { makeIntent } from './fixtures.ts';

const intent = makeIntent();
const { masks } = readPhrases({});

/** Every row of words a mask hides; those that need a list or a repetition are left to the examples. */
const compounds = masks
  .filter(({ name }) => !name.startsWith('ja-'))
  .flatMap(({ name, patterns }) =>
    patterns.flatMap(({ text }) =>
      /[{*+?$]/.test(text)
        ? []
        : parsePattern(text).flatMap(({ steps }) =>
            rowsOf(
              steps.map(({ words }) => words),
              name,
            ),
          ),
    ),
  );

function rowsOf(choices: readonly (string | readonly string[])[], name: string): readonly string[] {
  const joint = name.endsWith('compounds') ? ' ' : '';
  let rows = [''];
  for (const words of choices)
    rows = rows.flatMap((row) =>
      [words]
        .flat()
        .flatMap(expandWord)
        .map((word) => (row ? row + joint + word : word)),
    );
  return rows;
}

const CARRIERS = [
  '@怎么申请',
  '请问@在哪里看',
  '@的流程',
  '帮我查一下@',
  '我想问@',
  'how do i find the @ page',
  '@ 报错了',
];

test('a compound that only contains a keyword is never handed over, alone or in a sentence', () => {
  const sentences = compounds.flatMap((compound, place) =>
    ['@', CARRIERS[place % CARRIERS.length] ?? '@'].map((carrier) => carrier.replace('@', compound)),
  );
  expect(sentences.length).toBeGreaterThan(5000);
  expect(sentences.filter((text) => intent.decide(text).decision === 'human').slice(0, 20)).toEqual([]);
});

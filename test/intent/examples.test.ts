import { expect, test } from 'vitest';
import { readPhrases } from '../../src/phrases.ts';
import { makeIntent } from './fixtures.ts';

const phrases = readPhrases({ file: process.env.INTENT_FILE });

test('every example and counter-example of the phrases holds', () => {
  const broken = makeIntent().check();
  expect(broken.map(({ where, of, text, expect: wish, got }) => ({ where, of, text, wish, got: got.rule }))).toEqual(
    [],
  );
});

test.each(['fits', 'not'] as const)('every frame and every mask has an example of kind “%s”', (kind) => {
  const covered = new Set(phrases.examples.filter(({ expect: wish }) => wish === kind).map(({ of }) => of));
  const names = [...phrases.frames, ...phrases.masks].map(({ name }) => name);
  expect(names.filter((name) => !covered.has(name))).toEqual([]);
});

test('no two frames or masks share a name, so a rule in a metric says which', () => {
  const names = [...phrases.frames, ...phrases.masks].map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

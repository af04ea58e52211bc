import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openIntent } from '../../handlers/intent/index.ts';
import { readWeights } from '../../src/weights.ts';
import { makeIntent, readLines } from './fixtures.ts';

/** As built: from source nothing is prepared. */
const built = () =>
  import(pathToFileURL('dist/src/prepared.js').href) as Promise<typeof import('../../src/prepared.ts')>;

test('what the build compiled decides as the phrases do', async () => {
  const prepared = (await built()).readPrepared({});
  if (!prepared) throw new Error('the build left no compiled phrases, or of others');
  const [compiled, source] = [openIntent(prepared, readWeights()), makeIntent()];
  for (const { text } of readLines('development.jsonl')) expect(compiled.explain(text)).toEqual(source.explain(text));
});

test('with a file of the team, what the build compiled is not used', async () => {
  expect((await built()).readPrepared({ file: 'test/intent/development.jsonl' })).toBeUndefined();
});

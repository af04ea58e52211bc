import { expect, test } from 'vitest';
import { makeIntent, readLines } from './fixtures.ts';

// A change of phrases shows in review as the lines it moves. `npx vitest -u test/intent` accepts them.
test.skipIf(process.env.INTENT_FILE)('every line of the corpus is judged as before', async () => {
  const intent = makeIntent();
  const files = ['development.jsonl', 'corpus.jsonl', 'corpus-zh.jsonl'];
  const decisions = files.flatMap(readLines).map(({ text }) => {
    const { decision, rule } = intent.decide(text);
    return `${decision.padEnd(6)} ${text}  [${rule}]`;
  });
  await expect(`${decisions.join('\n')}\n`).toMatchFileSnapshot('decisions.txt');
});

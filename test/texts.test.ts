import { expect, test } from 'vitest';
import type { IntentDecision } from '../handlers/intent/types.ts';
import { SENTENCES } from '../handlers/sentences.ts';
import { openTexts } from '../src/texts.ts';

/** Texts that tell what was decided anew. */
async function counted() {
  const decided: string[] = [];
  const decide = (text: string): IntentDecision => {
    decided.push(text);
    return { decision: text.includes('人工') ? 'human' : 'other', rule: 'r', evidence: [], lang: 'zh' };
  };
  const ours = { compile: () => ({}) as never, openIntent: () => ({ decide }), sentences: SENTENCES };
  const texts = await openTexts({ role: 'web' }, ours);
  return { decided, texts };
}

test('the same few words for a human are decided once, until the phrases are read again', async () => {
  const { decided, texts } = await counted();
  for (const _ of [1, 2, 3]) expect(texts.decide('转人工').decision).toBe('human');
  expect(decided).toEqual(['转人工']);
  (await texts.reread())();
  texts.decide('转人工');
  expect(decided).toEqual(['转人工', '转人工']);
});

test('what asks for no human is not remembered, nor what is long', async () => {
  const { decided, texts } = await counted();
  const long = `转人工，${'我的电脑又坏了，'.repeat(10)}`;
  for (const text of ['打印机没有墨了', '打印机没有墨了', long, long]) texts.decide(text);
  expect(decided).toHaveLength(4);
});

test('of what is remembered the oldest goes first', async () => {
  const { decided, texts } = await counted();
  for (let n = 0; n <= 500; n += 1) texts.decide(`转人工 ${n}`);
  texts.decide('转人工 500');
  expect(decided).toHaveLength(501);
  texts.decide('转人工 0');
  expect(decided).toHaveLength(502);
});

import { type Compiled, compile } from './compile.ts';
import { checkExamples } from './examples.ts';
import { explain } from './explain.ts';
import { createGrammar, type Grammar } from './grammar.ts';
import { judge } from './judge.ts';
import { languageOf } from './language.ts';
import { type Reading, read } from './reading.ts';
import { spansOf } from './spans.ts';
import type { Intent, IntentDecision, Phrases } from './types.ts';

export { compile };

/** Makes the engine from its phrases; throws an `Error` that names the frame when a pattern cannot be read. */
export function createIntent(phrases: Phrases): Intent {
  const intent = openIntent(compile(phrases));
  return { ...intent, check: () => checkExamples({ phrases, intent }) };
}

/** Makes the engine from phrases that were compiled before, which takes a tenth of the time. */
export function openIntent(compiled: Compiled): Omit<Intent, 'check'> {
  const grammar = createGrammar(compiled);
  return {
    decide: (text) => decideReading(grammar, read(text, grammar), text),
    explain: (text) => {
      const reading = read(text, grammar);
      return explain({ text, reading, decision: decideReading(grammar, reading, text) });
    },
  };
}

function decideReading(grammar: Grammar, reading: Reading, original: string): IntentDecision {
  const { decision, rule, fitting } = judge(grammar, reading);
  const evidence = fitting ? spansOf(fitting.found, reading.normal, original) : [];
  return { decision, rule, evidence, lang: languageOf(reading.normal) };
}

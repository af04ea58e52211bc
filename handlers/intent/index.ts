import { compile, type Grammar } from './compile.ts';
import { checkExamples } from './examples.ts';
import { explain } from './explain.ts';
import { judge } from './judge.ts';
import { languageOf } from './language.ts';
import { type Reading, read } from './reading.ts';
import { spansOf } from './spans.ts';
import { createSpelling } from './spelling.ts';
import type { Intent, IntentDecision, Phrases } from './types.ts';

/** Makes the engine from its phrases; throws an `Error` that names the frame when a pattern cannot be read. */
export function createIntent(phrases: Phrases): Intent {
  const grammar: Grammar = compile(phrases);
  const wordsOf = (list: string) => (phrases.words[list] ?? []).map(({ text }) => text);
  const spell = createSpelling(wordsOf('spelling'), wordsOf('spelling-exception'), grammar.lexicon.vocabulary);
  const readText = (text: string): Reading => read(text, grammar, spell);

  const intent: Omit<Intent, 'check'> = {
    decide: (text) => decideReading(grammar, readText(text), text),
    explain: (text) => {
      const reading = readText(text);
      return explain({ text, reading, decision: decideReading(grammar, reading, text) });
    },
  };
  return { ...intent, check: () => checkExamples({ phrases, intent }) };
}

function decideReading(grammar: Grammar, reading: Reading, original: string): IntentDecision {
  const { decision, rule, fitting } = judge(grammar, reading);
  const evidence = fitting ? spansOf(fitting.found, reading.normal, original) : [];
  return { decision, rule, evidence, lang: languageOf(reading.normal) };
}

import { type Compiled, compile } from './compile.ts';
import { checkExamples } from './examples.ts';
import { explain } from './explain.ts';
import { createGrammar, type Grammar } from './grammar.ts';
import type { Weights } from './impression.ts';
import { judge } from './judge.ts';
import { languageOf } from './language.ts';
import { type Reading, read } from './reading.ts';
import { settle, signsOf } from './settle.ts';
import { spansAt, spansOf } from './spans.ts';
import type { Intent, IntentDecision, Phrases, Span } from './types.ts';

export { compile };

/** Makes the engine from its phrases; throws an `Error` that names the frame when a pattern cannot be read. */
export function createIntent(phrases: Phrases, weights: Weights): Intent {
  const intent = openIntent(compile(phrases), weights);
  return { ...intent, check: () => checkExamples({ phrases, intent }) };
}

/** Makes the engine from phrases that were compiled before, which takes a tenth of the time. */
export function openIntent(compiled: Compiled, weights: Weights): Omit<Intent, 'check'> {
  const grammar = createGrammar(compiled, weights);
  return {
    decide: (text) => decideReading(grammar, read(text, grammar), text),
    explain: (text) => {
      const reading = read(text, grammar);
      const sounds = grammar.ear.listen(reading, signsOf(judge(grammar, reading), reading));
      return explain({ text, reading, decision: decideReading(grammar, reading, text), sounds });
    },
  };
}

function decideReading(grammar: Grammar, reading: Reading, original: string): IntentDecision {
  const judged = judge(grammar, reading);
  const settled = settle(judged, reading, grammar);
  const { decision, rule, fitting } = settled;
  return { decision, rule, evidence: evidenceOf(), lang: languageOf(reading.normal) };

  function evidenceOf(): readonly Span[] {
    if (fitting) return spansOf(fitting.found, reading.normal, original);
    return settled === judged ? [] : spansAt(grammar.ear.evidence(reading), reading.normal, original);
  }
}

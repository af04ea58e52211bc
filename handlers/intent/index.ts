import { type Compiled, compile } from './compile.ts';
import { checkExamples } from './examples.ts';
import { explain } from './explain.ts';
import { createGrammar, type Grammar } from './grammar.ts';
import type { Weights } from './impression.ts';
import { type Judgement, judge } from './judge.ts';
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
    decide: (text) => {
      const reading = read(text, grammar);
      return decideOn(judge(grammar, reading), { grammar, reading, text });
    },
    explain: (text) => {
      const reading = read(text, grammar);
      // Once: what a judgement may cost is counted with the reading.
      const judged = judge(grammar, reading);
      const sounds = grammar.ear.listen(reading, signsOf(judged, reading));
      return explain({ text, reading, decision: decideOn(judged, { grammar, reading, text }), sounds });
    },
  };
}

interface Read {
  readonly grammar: Grammar;
  readonly reading: Reading;
  readonly text: string;
}

function decideOn(judged: Judgement, { grammar, reading, text }: Read): IntentDecision {
  const settled = settle(judged, reading, grammar);
  const { decision, rule, fitting } = settled;
  return { decision, rule, evidence: evidenceOf(), lang: languageOf(reading.normal) };

  function evidenceOf(): readonly Span[] {
    if (fitting) return spansOf(fitting.found, reading.normal, text);
    return settled === judged ? [] : spansAt(grammar.ear.evidence(reading), reading.normal, text);
  }
}

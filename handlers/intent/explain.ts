import type { Candidate } from './compile.ts';
import type { Impression } from './impression.ts';
import { type Field, match } from './match.ts';
import type { Fitting, Reading } from './reading.ts';
import { spansOf } from './spans.ts';
import type { Explanation, IntentDecision, Trial } from './types.ts';

interface Explained {
  readonly text: string;
  readonly reading: Reading;
  readonly decision: IntentDecision;
  readonly sounds: Impression | undefined;
}

/** Everything that was seen in a message, beside what was decided. */
export function explain({ text, reading, decision, sounds }: Explained): Explanation {
  const { normal, candidates, whole, message, sentences, masks } = reading;
  const { quote, across, meta, later } = candidates;
  const trialOf = ({ rule, found }: Fitting): Trial => ({
    stage: rule.stage,
    rule: rule.name,
    evidence: spansOf(found, normal, text),
  });
  const look = (field: Field, sought: readonly Candidate[]) => ({
    text: normal.text.slice(field.from, field.to).trim(),
    trials: everyFitting(sought, field).map(trialOf),
  });
  const parts = [
    ...(whole ? [look(whole, candidates.whole)] : []),
    look(message, [...quote, ...across]),
    ...sentences.flatMap(({ field, clauses }) => [
      look(field, [...meta, ...later]),
      ...clauses.map((clause) => look(clause, candidates.clause)),
    ]),
  ];
  const fitting = parts.filter((part) => part.trials.length > 0);
  return { ...decision, text, normalised: normal.text, masks: masks.map(trialOf), parts: fitting, sounds };
}

/** Every frame that fits, once each. */
function everyFitting(candidates: readonly Candidate[], field: Field): Fitting[] {
  const fittings = new Map<string, Fitting>();
  for (const { rule, matcher } of candidates) {
    const found = fittings.has(rule.name)
      ? undefined
      : match(matcher, { ...field, page: { ...field.page, fuel: 1000 } });
    if (found) fittings.set(rule.name, { rule, found });
  }
  return [...fittings.values()];
}

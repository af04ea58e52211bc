import type { Impression } from './impression.ts';
import { CLAUSE_STAGES } from './judge.ts';
import { type Field, match } from './match.ts';
import type { Fitting, Reading } from './reading.ts';
import { spansOf } from './spans.ts';
import type { Explanation, IntentDecision, Stage, Trial } from './types.ts';

interface Explained {
  readonly text: string;
  readonly reading: Reading;
  readonly decision: IntentDecision;
  readonly sounds: Impression | undefined;
}

/** Everything that was seen in a message, beside what was decided. */
export function explain({ text, reading, decision, sounds }: Explained): Explanation {
  const { normal, whole, message, sentences, masks } = reading;
  const trialOf = ({ rule, found }: Fitting): Trial => ({
    stage: rule.stage,
    rule: rule.name,
    evidence: spansOf(found, normal, text),
  });
  const look = (field: Field, stages: readonly Stage[]) => ({
    text: normal.text.slice(field.from, field.to).trim(),
    trials: everyFitting(reading, field, stages).map(trialOf),
  });
  const parts = [
    ...(whole ? [look(whole, ['whole'])] : []),
    look(message, ['quote', 'across']),
    ...sentences.flatMap(({ field, clauses }) => [
      look(field, ['meta', 'later']),
      ...clauses.map((clause) => look(clause, CLAUSE_STAGES)),
    ]),
  ];
  const fitting = parts.filter((part) => part.trials.length > 0);
  return { ...decision, text, normalised: normal.text, masks: masks.map(trialOf), parts: fitting, sounds };
}

/** Every frame that fits, once each. */
function everyFitting({ candidates }: Reading, field: Field, stages: readonly Stage[]): Fitting[] {
  const fittings = new Map<string, Fitting>();
  for (const { rule, matcher } of stages.flatMap((stage) => candidates[stage] ?? [])) {
    const found = fittings.has(rule.name)
      ? undefined
      : match(matcher, { ...field, page: { ...field.page, fuel: 1000 } });
    if (found) fittings.set(rule.name, { rule, found });
  }
  return [...fittings.values()];
}

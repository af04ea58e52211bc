import { type BrokenExample, type Example, type Intent, type Phrases, STAGES } from './types.ts';

interface Checked {
  readonly phrases: Phrases;
  readonly intent: Pick<Intent, 'decide' | 'explain'>;
}

/** The examples that do not hold. */
export function checkExamples({ phrases, intent }: Checked): readonly BrokenExample[] {
  const stages = new Map(phrases.frames.map(({ name, stage }) => [name, stage]));
  const holds = ({ text, expect, of }: Example): boolean => {
    const { decision, rule, masks, parts } = intent.explain(text);
    if (expect === 'human') return decision === 'human';
    if (expect === 'not-human') return decision !== 'human';
    const stage = stages.get(of);
    const isMasked = masks.some((mask) => mask.rule === of);
    if (expect === 'not') return stage ? rule !== of : !isMasked;
    const isFound = parts.some(({ trials }) => trials.some((trial) => trial.rule === of));
    if (!stage) return isMasked;
    // A condition alone decides nothing.
    return isFound && (stage === 'condition' || decision === STAGES[stage]);
  };
  return phrases.examples
    .filter((example) => !holds(example))
    .map((example) => ({ ...example, got: intent.decide(example.text) }));
}

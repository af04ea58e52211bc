import type { Candidate } from './compile.ts';
import type { Grammar } from './grammar.ts';
import { type Field, match } from './match.ts';
import { type Fitting, type Reading, rangeOf, type Sentence } from './reading.ts';
import { STAGES, type Verdict } from './types.ts';

export interface Judgement {
  readonly decision: Verdict;
  readonly rule: string;
  readonly fitting?: Fitting;
}

/** Rules that are not frames. */
export const FIXED_RULES = { nothing: 'nothing', keyword: 'keyword-alone', tooMuch: 'too-much' } as const;

/** The first of the candidates that fits. A hint is a clause of its own, so a mere space does not open one. */
function findFit(candidates: readonly Candidate[], field: Field): Fitting | undefined {
  const { page, from, to } = field;
  for (const { rule, matcher } of candidates) {
    const isStrict = rule.stage === 'hint' || rule.stage === 'call';
    const found = match(matcher, isStrict ? { page, from, to, manner: 'strict' } : field);
    if (found) return { rule, found };
  }
  return undefined;
}

/** Inside one sentence the clauses know better: it must go over a break. */
function findAcross({ candidates, message, normal }: Reading): Fitting | undefined {
  const fitting = findFit(candidates.across, message);
  return fitting && normal.text.slice(...rangeOf(fitting.found)).includes('\n') ? fitting : undefined;
}

/** What a fitting frame means. */
function judgementOf(fitting: Fitting): Judgement {
  const { stage, name } = fitting.rule;
  return { decision: stage === 'mask' ? 'other' : STAGES[stage], rule: name, fitting };
}

/** One decision for the message: the whole first, then its clauses, last first. */
export function judge(grammar: Grammar, reading: Reading): Judgement {
  const { candidates, whole, message } = reading;
  const fitting =
    (whole && findFit(candidates.whole, whole)) ?? findFit(candidates.quote, message) ?? findAcross(reading);
  return fitting ? judgementOf(fitting) : judgeClauses(grammar, reading);
}

/**
 * The last clause that says yes or no wins. Talk about the service takes back a mere mention, not a request; a condition
 * before a request makes it a perhaps. A call into the room is an address once something else is said after it.
 */
function judgeClauses(grammar: Grammar, reading: Reading): Judgement {
  let wish: Fitting | undefined;
  let about: Fitting | undefined;
  let perhaps: Fitting | undefined;
  let somethingElse = false;
  for (const sentence of reading.sentences.toReversed())
    for (const fitting of fittingsFromLast(reading, sentence)) {
      const stage = fitting?.rule.stage;
      somethingElse ||= !stage;
      if (!fitting) continue;
      if (wish) return judgementOf(stage === 'condition' ? fitting : wish);
      if (stage === 'refusal' || stage === 'later' || stage === 'insist') return judgementOf(fitting);
      if (stage === 'request' || (stage === 'mention' && !about)) wish = fitting;
      else if (stage === 'hint' || (stage === 'call' && !somethingElse)) perhaps ??= fitting;
      else if (stage !== 'condition' && stage !== 'mention') about ??= fitting;
    }
  if (!wish && about) return { ...judgementOf(about), decision: 'other' };
  const best = wish ?? perhaps;
  return best ? judgementOf(best) : withoutFrame(grammar, reading);
}

/** One of several sentences is a bare command: 转人工，打印机坏了. */
export const holdsCommand = ({ candidates, sentences }: Reading): boolean =>
  sentences.length > 1 &&
  sentences.some(({ field }) => findFit(candidates.whole, { ...field, manner: 'command' }) !== undefined);

function withoutFrame(grammar: Grammar, { page }: Reading): Judgement {
  if (page.fuel <= 0) return { decision: 'other', rule: FIXED_RULES.tooMuch };
  if (grammar.known.keyword.some((list) => page.hits.present[list]))
    return { decision: 'unsure', rule: FIXED_RULES.keyword };
  return { decision: 'other', rule: FIXED_RULES.nothing };
}

/** What the sentence says as a whole, or what its clauses say; undefined for one that says something else. */
function fittingsFromLast({ candidates }: Reading, { field, clauses }: Sentence): readonly (Fitting | undefined)[] {
  const ahead = findFit(candidates.meta, field) ?? findLater(candidates, field);
  if (ahead) return [ahead];
  const fittings: (Fitting | undefined)[] = [];
  for (const clause of clauses.toReversed()) {
    const fitting = findFit(candidates.clause, clause);
    if (fitting || !isPoliteness(clause)) fittings.push(fitting);
  }
  return fittings;
}

/** Nothing but fillers. */
const isPoliteness = ({ page, from }: Field): boolean => page.edges.closes[from] === 1;

/** Put off in the whole sentence, unless it insists. */
function findLater({ later, insist }: Reading['candidates'], sentence: Field): Fitting | undefined {
  const fitting = findFit(later, sentence);
  return fitting && !findFit(insist, sentence) ? fitting : undefined;
}

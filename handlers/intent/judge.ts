import type { Grammar } from './grammar.ts';
import { type Field, match } from './match.ts';
import { type Fitting, type Reading, rangeOf } from './reading.ts';
import { STAGES, type Stage, type Verdict } from './types.ts';

export interface Judgement {
  readonly decision: Verdict;
  readonly rule: string;
  readonly fitting?: Fitting;
}

/** Rules that are not frames. */
export const FIXED_RULES = { nothing: 'nothing', keyword: 'keyword-alone', tooMuch: 'too-much' } as const;

/** The stages of one clause, in order. */
export const CLAUSE_STAGES = [
  'insist',
  'identity',
  'refusal',
  'about',
  'later',
  'condition',
  'request',
  'call',
  'mention',
  'hint',
] as const satisfies readonly Stage[];

/** The first pattern of a stage that fits. A hint is a clause of its own, so a mere space does not open one. */
function findFit({ candidates }: Reading, stage: Stage, field: Field): Fitting | undefined {
  const known = candidates[stage];
  if (!known) return undefined;
  const place: Field = stage === 'hint' || stage === 'call' ? { ...field, manner: 'strict' } : field;
  for (const { rule, matcher } of known) {
    const found = match(matcher, place);
    if (found) return { rule, found };
  }
  return undefined;
}

function findFirstFit(reading: Reading, stages: readonly Stage[], field: Field): Fitting | undefined {
  for (const stage of stages) {
    const fitting = findFit(reading, stage, field);
    if (fitting) return fitting;
  }
  return undefined;
}

/** Inside one sentence the clauses know better: it must go over a break. */
function findAcross(reading: Reading): Fitting | undefined {
  const fitting = findFit(reading, 'across', reading.message);
  return fitting && reading.normal.text.slice(...rangeOf(fitting.found)).includes('\n') ? fitting : undefined;
}

/** What a fitting frame means. */
function judgementOf(fitting: Fitting): Judgement {
  const { stage, name } = fitting.rule;
  return { decision: stage === 'mask' ? 'other' : STAGES[stage], rule: name, fitting };
}

/** One decision for the message: the whole first, then its clauses, last first. */
export function judge(grammar: Grammar, reading: Reading): Judgement {
  const { whole, message } = reading;
  const fitting =
    (whole && findFit(reading, 'whole', whole)) ?? findFit(reading, 'quote', message) ?? findAcross(reading);
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
  for (const fitting of fittingsFromLast(reading)) {
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

function withoutFrame(grammar: Grammar, { page }: Reading): Judgement {
  if (page.fuel <= 0) return { decision: 'other', rule: FIXED_RULES.tooMuch };
  if (grammar.known.keyword.some((list) => page.hits.present[list]))
    return { decision: 'unsure', rule: FIXED_RULES.keyword };
  return { decision: 'other', rule: FIXED_RULES.nothing };
}

/** For each sentence what it says as a whole, or what its clauses say; undefined for one that says something else. */
function* fittingsFromLast(reading: Reading): Generator<Fitting | undefined> {
  for (const { field, clauses } of reading.sentences.toReversed()) {
    const ahead = findFit(reading, 'meta', field) ?? laterOf(reading, field);
    if (ahead) yield ahead;
    else
      for (const clause of clauses.toReversed()) {
        const fitting = findFirstFit(reading, CLAUSE_STAGES, clause);
        if (fitting || !isPoliteness(clause)) yield fitting;
      }
  }
}

/** Nothing but fillers. */
const isPoliteness = ({ page, from }: Field): boolean => page.closes[from] === 1;

/** Put off in the whole sentence, unless it insists. */
function laterOf(reading: Reading, sentence: Field): Fitting | undefined {
  const later = findFit(reading, 'later', sentence);
  return later && !findFit(reading, 'insist', sentence) ? later : undefined;
}

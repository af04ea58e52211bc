import type { Candidate } from './compile.ts';
import type { Stage } from './types.ts';

/** The patterns that can fit somewhere in this message, in order, by where they are tried. */
export type Candidates = Readonly<Record<Tried | 'clause', readonly Candidate[]>>;
type Tried = (typeof TRIED)[number];

/** Stages that are tried on more than a clause; `later` and `insist` on clauses too. */
const TRIED = ['whole', 'quote', 'across', 'meta', 'later', 'insist'] as const;

/** Those that are only for Japanese are left out of other texts. */
export function grouped(candidates: readonly Candidate[], japanese: boolean): Candidates {
  const groups: Record<keyof Candidates, Candidate[]> = {
    whole: [],
    quote: [],
    across: [],
    meta: [],
    later: [],
    insist: [],
    clause: [],
  };
  for (const candidate of candidates) {
    const { stage } = candidate.rule;
    if (stage === 'mask' || (candidate.rule.japanese && !japanese)) continue;
    if (isTried(stage)) groups[stage].push(candidate);
    if (!isTried(stage) || stage === 'later' || stage === 'insist') groups.clause.push(candidate);
  }
  return groups;
}

const isTried = (stage: Stage): stage is Tried => TRIED.some((tried) => tried === stage);

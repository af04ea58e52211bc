import type { Grammar } from './grammar.ts';
import type { Impression } from './impression.ts';
import { FIXED_RULES, holdsCommand, type Judgement } from './judge.ts';
import type { Reading } from './reading.ts';
import type { Stage, Verdict } from './types.ts';

/** At least so probable, a human is meant; at least so probable, a human or perhaps one. Below both, neither. */
interface Limits {
  readonly human: number;
  readonly unsure: number;
}

/**
 * What the rules leave open is weighed. Stages that are not here are final: a bare command, a refusal, a condition, words
 * about another text or about the bot itself. Found on lines that had been left out of learning (docs/decisions.md).
 */
const LIMITS: Partial<Record<Stage | 'nothing' | 'keyword-alone', Limits>> = {
  insist: { human: 0.7, unsure: 0.1 },
  request: { human: 0.7, unsure: 0.1 },
  mention: { human: 0.7, unsure: 0.1 },
  hint: { human: 0.7, unsure: 0.3 },
  [FIXED_RULES.keyword]: { human: 0.7, unsure: 0.1 },
  about: { human: 0.7, unsure: 0.3 },
  meta: { human: 0.7, unsure: 0.3 },
  [FIXED_RULES.nothing]: { human: 0.75, unsure: 0.55 },
  call: { human: 0.9, unsure: 0.3 },
  later: { human: 0.9, unsure: 0 },
};

/** Where a compound was hidden that only contains a keyword (人工智能), and no rule says human, the sound must be this clear. */
const CLEAR_WHERE_HIDDEN = 0.95;
/** What is said beside a bare command (转人工，打印机坏了) must sound like a withdrawal to make it none. */
const ENOUGH_WITH_COMMAND = 0.3;
const CLEAR = 0.8;

/** Names of decisions that the weights made against the rules, or without any. */
const WEIGHED: Readonly<Record<Exclude<Verdict, 'cancel'>, string>> = {
  human: 'sounds-like-asking',
  unsure: 'sounds-like-perhaps',
  other: 'sounds-like-neither',
};

/**
 * The rules say what a message says, the weights how it sounds, given what the rules say. Where a team's own phrases speak,
 * the rules have the last word.
 */
export function settle(judgement: Judgement, reading: Reading, grammar: Grammar): Judgement {
  if (judgement.fitting?.rule.own || grammar.known.own.some((list) => reading.page.hits.present[list]))
    return judgement;
  const limits = LIMITS[groundOf(judgement) as keyof typeof LIMITS];
  if (!limits) return judgement;
  const signs = signsOf(judgement, reading);
  const sounds = impressionOf(judgement, signs, { reading, grammar });
  if (!sounds) return judgement;
  const decision = weighed({ ...limits, human: enough(limits, judgement, signs) }, sounds);
  return decision === judgement.decision ? judgement : { decision, rule: WEIGHED[decision] };
}

function enough({ human }: Limits, { decision }: Judgement, signs: readonly string[]): number {
  if (decision !== 'human') return signs.includes('hidden') ? CLEAR_WHERE_HIDDEN : human;
  return signs.includes('command-in-it') ? ENOUGH_WITH_COMMAND : human;
}

/** The stage of the rule that decides, or the name of one that is no frame. */
const groundOf = ({ fitting, rule }: Judgement): string => fitting?.rule.stage ?? rule;

/** What else there is for the weights to hear: what the rules found says more than any piece. */
export const signsOf = (judgement: Judgement, reading: Reading): readonly string[] => [
  groundOf(judgement),
  ...(holdsCommand(reading) ? ['command-in-it'] : []),
  ...(reading.masks.length > 0 ? ['hidden'] : []),
  ...(reading.normal.quotesOthers ? ['part-quoted'] : []),
];

/**
 * What comes before a request says little about it (the printer is broken), so the sentence that ends the message is heard
 * alone too. It must sound clear then; and a request that something follows may be taken back by it (transfer me, oh no).
 */
function impressionOf(
  judgement: Judgement,
  signs: readonly string[],
  { reading, grammar }: { readonly reading: Reading; readonly grammar: Grammar },
): Impression | undefined {
  const { ear } = grammar;
  const { fitting, decision } = judgement;
  const whole = ear.listen(reading, signs);
  if (decision !== 'human' || !fitting || reading.sentences.length < 2) return whole;
  const { start } = fitting.found;
  const own = reading.sentences.at(-1)?.field;
  const alone = own && own.from <= start ? ear.listen(reading, [groundOf(judgement)], [own.from, own.to]) : undefined;
  return alone && (!whole || (alone.human > whole.human && alone.human >= CLEAR)) ? alone : whole;
}

function weighed({ human, unsure }: Limits, sounds: Impression): Exclude<Verdict, 'cancel'> {
  if (sounds.human >= human) return 'human';
  return sounds.human + sounds.unsure >= unsure ? 'unsure' : 'other';
}

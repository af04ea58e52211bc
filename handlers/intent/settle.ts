import type { Grammar } from './grammar.ts';
import type { Impression } from './impression.ts';
import { FIXED_RULES, type Judgement } from './judge.ts';
import type { Reading } from './reading.ts';
import type { Stage, Verdict } from './types.ts';

/** At least so probable, a human is meant; at least so probable, a human or perhaps one. Below both, neither. */
interface Limits {
  readonly human: number;
  readonly unsure: number;
}

/**
 * What the rules leave open is weighed. Stages that are not here are final: a bare command, a refusal, words about another
 * text, a request for later. Found on lines that neither rules nor weights had seen (docs/decisions.md).
 */
const LIMITS: Partial<Record<Stage | 'nothing' | 'keyword-alone', Limits>> = {
  insist: { human: 0.2, unsure: 0 },
  request: { human: 0.15, unsure: 0 },
  mention: { human: 0.5, unsure: 0 },
  about: { human: 0.95, unsure: 0.5 },
  meta: { human: 0.95, unsure: 0.5 },
  hint: { human: 0.75, unsure: 0.1 },
  [FIXED_RULES.keyword]: { human: 0.45, unsure: 0.2 },
  [FIXED_RULES.nothing]: { human: 0.88, unsure: 0.6 },
};

const CLEAR = 0.8;

/** Names of decisions that the weights made against the rules, or without any. */
const WEIGHED: Readonly<Record<Exclude<Verdict, 'cancel'>, string>> = {
  human: 'sounds-like-asking',
  unsure: 'sounds-like-perhaps',
  other: 'sounds-like-neither',
};

/**
 * The rules say what a message says, the weights how it sounds. Where a team's own phrases speak, the rules have the last
 * word; where a compound that contains a keyword was hidden (人工智能), the sound alone makes a card and never a chat.
 */
export function settle(judgement: Judgement, reading: Reading, grammar: Grammar): Judgement {
  const { page, masks } = reading;
  if (judgement.fitting?.rule.own || grammar.known.own.some((list) => page.hits.present[list])) return judgement;
  const limits = LIMITS[(judgement.fitting?.rule.stage ?? judgement.rule) as keyof typeof LIMITS];
  const sounds = limits && impressionOf(judgement, reading, grammar);
  if (!sounds) return judgement;
  const decision = weighed(limits, sounds);
  const capped = decision === 'human' && masks.length > 0 && judgement.decision !== 'human' ? 'unsure' : decision;
  return capped === judgement.decision ? judgement : { decision: capped, rule: WEIGHED[capped] };
}

/**
 * What comes before a request says little about it (the printer is broken), so the sentence that ends the message is heard
 * alone too. It must sound clear then; and a request that something follows may be taken back by it (transfer me, oh no).
 */
function impressionOf({ fitting, decision }: Judgement, reading: Reading, { ear }: Grammar): Impression | undefined {
  const whole = ear.listen(reading);
  if (decision !== 'human' || !fitting || reading.sentences.length < 2) return whole;
  const { start } = fitting.found;
  const own = reading.sentences.at(-1)?.field;
  const alone = own && own.from <= start ? ear.listen(reading, [own.from, own.to]) : undefined;
  return alone && (!whole || (alone.human > whole.human && alone.human >= CLEAR)) ? alone : whole;
}

function weighed({ human, unsure }: Limits, sounds: Impression): Exclude<Verdict, 'cancel'> {
  if (sounds.human >= human) return 'human';
  return sounds.human + sounds.unsure >= unsure ? 'unsure' : 'other';
}

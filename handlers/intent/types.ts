/** What the intent engine takes and gives. Types only. */

/** A piece of the original text. `end` is the first offset after it. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export type Verdict = 'human' | 'unsure' | 'other' | 'cancel';
export type Lang = 'zh' | 'en' | 'ja' | 'mixed';

export interface IntentDecision {
  readonly decision: Verdict;
  /** The frame that decided, or `nothing`, `keyword-alone`, `too-much`, `sounds-like-…`; from a bounded set. */
  readonly rule: string;
  readonly evidence: readonly Span[];
  readonly lang: Lang;
}

/** What handlers act on. */
export type Ruling = Pick<IntentDecision, 'decision' | 'rule' | 'lang'>;

/** All that handlers ask of an engine. */
export interface Decider {
  decide(text: string): Ruling;
}

export interface Intent {
  decide(text: string): IntentDecision;
  explain(text: string): Explanation;
  /** Examples and counter-examples of the phrases that this engine gets wrong; empty when all hold. */
  check(): readonly BrokenExample[];
}

/** One frame or mask that fits. */
export interface Trial {
  readonly stage: Stage | 'mask';
  readonly rule: string;
  readonly evidence: readonly Span[];
}

export interface Explanation extends IntentDecision {
  readonly text: string;
  /** As the rules see it. A line break stands where a clause ends. */
  readonly normalised: string;
  readonly masks: readonly Trial[];
  /** What was looked at, in order, with every frame that fits; the first counts for its part. */
  readonly parts: readonly { readonly text: string; readonly trials: readonly Trial[] }[];
  /** How the whole sounds to the weights: probabilities, which with that of neither make 1. Not said of mere politeness. */
  readonly sounds: { readonly human: number; readonly unsure: number } | undefined;
}

/**
 * The stages in the order they are tried, with what a fitting frame means. The order is the grammar: talk about the bot
 * beats everything, insisting (为什么不给我转人工) is tried before the negation it contains.
 */
export const STAGES = {
  /** The whole message, fillers left out. */
  whole: 'human',
  /** The whole message is about some other text: translate this, a customer says that. */
  quote: 'other',
  /** The whole message names a person in one clause and asks for “one” or “them” in the last. */
  across: 'human',
  /** A sentence about bots, scripts, reports or third persons. */
  meta: 'other',
  insist: 'human',
  identity: 'other',
  refusal: 'cancel',
  about: 'other',
  later: 'unsure',
  /** Makes a request in the next clause conditional: 如果解决不了，转人工. */
  condition: 'unsure',
  request: 'human',
  /** A name called into the room (hi support): nothing if something else is said after it. */
  call: 'unsure',
  /** As `request`, but talk about the service in a later clause takes it back: 人工客服，几点上班. */
  mention: 'human',
  /** Perhaps: frustration, a call into the room, a role without a verb of speech. */
  hint: 'unsure',
} as const satisfies Record<string, Verdict>;

export type Stage = keyof typeof STAGES;

/** A word or a pattern, with the file and line it was read from. */
export interface Phrase {
  readonly text: string;
  readonly where: string;
  /** Stands in a team's own file: where it fits, no weight speaks against it. */
  readonly own?: true;
}

/** One named rule: `patterns` in the notation that the head of phrases.zh.yaml explains. */
export interface Frame {
  readonly name: string;
  readonly patterns: readonly Phrase[];
}

export interface StageFrame extends Frame {
  readonly stage: Stage;
}

/** A line that the phrases promise to judge in a certain way. */
export interface Example extends Phrase {
  /** The frame, mask or word list it stands under. */
  readonly of: string;
  /**
   * Under a frame: it fits and the message is judged so, or it is not this frame that decides. Under a mask: it hides
   * something, or nothing. Under a word list: the verdict.
   */
  readonly expect: 'fits' | 'not' | 'human' | 'not-human';
}

export interface BrokenExample extends Example {
  readonly got: IntentDecision;
}

/** The phrases as data, schema-checked and merged. Reading them from files is not done here. */
export interface Phrases {
  /** Word lists by name. */
  readonly words: Readonly<Record<string, readonly Phrase[]>>;
  /** Compounds that only contain a keyword. */
  readonly masks: readonly Frame[];
  readonly frames: readonly StageFrame[];
  readonly examples: readonly Example[];
  /** Words that a team's own file adds or takes away: a message with one of them is left to the rules. */
  readonly own: readonly Phrase[];
}

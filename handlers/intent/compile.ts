import { type Collector, createCollector } from './collector.ts';
import type { Vocabulary } from './lexicon.ts';
import { createLists, type Lists } from './lists.ts';
import type { Matcher, MatchStep } from './match.ts';
import { parsePattern } from './pattern.ts';
import type { SpellingWords } from './spelling.ts';
import { type Frame, type Phrase, type Phrases, STAGES, type Stage } from './types.ts';

export interface Rule {
  readonly name: string;
  readonly stage: Stage | 'mask';
  /** Only for texts in Japanese, whose kanji mean other things in Chinese (求人, 個人). */
  readonly japanese: boolean;
  /** From a team's own file. */
  readonly own: boolean;
}

/** One pattern of a rule. Patterns stand in the order in which they are tried. */
export interface Candidate {
  readonly rule: Rule;
  readonly matcher: Matcher;
  /** The rarest lists it needs: without a word of any of these it cannot fit. */
  readonly keys: readonly number[];
  /** For each other word it needs the lists that have it, the rarest first: it fails early. */
  readonly needs: readonly (readonly number[])[];
}

/** The phrases made ready for reading texts, as plain data: the build keeps them in a file. */
export interface Compiled {
  readonly vocabulary: Vocabulary;
  /** Numbers of the lists the engine itself knows. */
  readonly known: Readonly<Record<KnownList, readonly number[]>>;
  readonly masks: readonly Candidate[];
  readonly frames: readonly Candidate[];
  readonly spelling: SpellingWords;
}

/**
 * Lists with a meaning of their own. `fixed`, `negator` and `modal` hide the shorter words inside theirs (要 in 不要);
 * `starter` begins a clause without punctuation, unless a word of `holder` stands before it; `keyword` makes a message
 * without a verdict unsure; `own` are a team's words.
 */
const KNOWN_LISTS = [
  'filler',
  'ja-filler',
  'starter',
  'holder',
  'fixed',
  'ja-fixed',
  'negator',
  'modal',
  'keyword',
  'own',
] as const;
type KnownList = (typeof KNOWN_LISTS)[number];

/** Throws one error that lists every word and pattern that cannot be read, with file, line and reason. */
export function compile(phrases: Phrases): Compiled {
  const collector = createCollector();
  const faults: string[] = [];
  const attempt = <T>({ where }: Phrase, make: () => T): T[] => {
    try {
      return [make()];
    } catch (error) {
      faults.push(`${where}: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  };
  const lists = createLists({ ...phrases.words, own: phrases.own }, collector, attempt);
  const candidatesOf = ({ name, patterns }: Frame, stage: Rule['stage']): Candidate[] => {
    const ruleOf = ({ own }: Phrase): Rule => ({ name, stage, japanese: name.startsWith('ja-'), own: own === true });
    const matchers = patterns.flatMap((pattern) =>
      attempt(pattern, () => matchersOf(pattern.text, lists))
        .flat()
        .map((matcher) => ({ matcher, rule: ruleOf(pattern) })),
    );
    return matchers.map(({ matcher, rule }) => ({
      rule,
      matcher: asStage(matcher, stage),
      ...wanted(matcher, collector),
    }));
  };
  const masks = phrases.masks.flatMap((mask) => candidatesOf(mask, 'mask'));
  const frames = Object.keys(STAGES).flatMap((stage) =>
    phrases.frames.filter((frame) => frame.stage === stage).flatMap((frame) => candidatesOf(frame, frame.stage)),
  );
  if (faults.length > 0) throw new Error(`The phrases cannot be used:\n${faults.join('\n')}`);
  const known = Object.fromEntries(
    KNOWN_LISTS.map((name) => [name, name === 'own' || phrases.words[name] ? lists(name) : []]),
  ) as unknown as Compiled['known'];
  const textsOf = (list: string) => (phrases.words[list] ?? []).map(({ text }) => text);
  const spelling: SpellingWords = {
    words: textsOf('spelling'),
    exceptions: textsOf('spelling-exception'),
    shorthand: textsOf('shorthand'),
  };
  return { vocabulary: collector.vocabulary(), known, masks, frames, spelling };
}

function wanted({ steps }: Matcher, { commonness }: Collector): Pick<Candidate, 'keys' | 'needs'> {
  const total = ({ lists }: MatchStep) => lists.reduce((sum, list) => sum + commonness(list), 0);
  const once = steps.filter(({ times }) => times === 'once').sort((a, b) => total(a) - total(b));
  const [keys = [], ...needs] = once.map(({ lists }) => lists);
  return { keys, needs };
}

/** A command is the whole message, so its patterns need no ^ and $. */
const asStage = (matcher: Matcher, stage: Rule['stage']): Matcher =>
  stage === 'whole' ? { ...matcher, head: 0, tail: 0 } : matcher;

const matchersOf = (source: string, lists: Lists): readonly Matcher[] =>
  parsePattern(source).map(({ steps, head, tail, without }) => ({
    steps: steps.map(({ words, times, gap }) => ({ lists: lists(words), times, gap })),
    head,
    tail,
    without: [...new Set(without.flatMap(lists))],
  }));

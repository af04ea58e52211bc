import { isLetter, isWordCode } from './characters.ts';
import { type Draft, emptyDraft, push } from './draft.ts';
import type { Spelling } from './normalise.ts';

/** Shorter words are one slip away from too many others. */
const SHORTEST = 4;
/** Below this a replaced letter makes another word too often (speak, sneak). */
const SHORTEST_REPLACED = 6;

/** Every way to leave out one letter, with the word itself. */
function* deletions(word: string): Generator<string> {
  yield word;
  for (let i = 1; i < word.length; i += 1) yield word.slice(0, i) + word.slice(i + 1);
}

const VOWEL = /^[aeiou]/;

/** humen, agant: one vowel for another, in words that are not the shortest. */
const isVowelSlip = (typed: string, word: string): boolean => word.length > 1 && VOWEL.test(typed) && VOWEL.test(word);

/** True if one slip of the fingers separates the two: a letter swapped, lost, added, or in long words replaced. */
function isSlip(typed: string, word: string): boolean {
  let i = 0;
  while (i < word.length && typed[i] === word[i]) i += 1;
  const rest = word.slice(i);
  const typedRest = typed.slice(i);
  if (typedRest === rest.slice(1)) return word.length > SHORTEST;
  // An added last letter is an ending (talks, lived, realm), unless it repeats the one before.
  if (typedRest.slice(1) === rest) return rest !== '' || typedRest === word.at(-1);
  if (typedRest[0] === rest[1] && typedRest[1] === rest[0]) return typedRest.slice(2) === rest.slice(2);
  return typedRest.slice(1) === rest.slice(1) && (word.length >= SHORTEST_REPLACED || isVowelSlip(typedRest, rest));
}

export interface SpellingWords {
  /** Words whose typing errors are repaired. */
  readonly words: readonly string[];
  /** Real words that happen to be one slip away. */
  readonly exceptions: readonly string[];
  /** What is typed and the word it stands for, a space between: `xfer transfer`. */
  readonly shorthand: readonly string[];
}

/**
 * Repairs typing errors in the few words that decide (agnet, humna) and writes shorthand out (sm1, xfer). Another word
 * known to any list is left alone.
 */
export function createSpelling({ words, exceptions, shorthand }: SpellingWords, known: Set<string>): Spelling {
  const skipped = new Set(exceptions);
  const meant = new Map(shorthand.map((pair) => pair.split(' ') as [string, string]));
  const byDeletion = new Map<string, string[]>();
  for (const word of words)
    for (const key of deletions(word)) byDeletion.set(key, [...(byDeletion.get(key) ?? []), word]);

  const repair = (typed: string): string | undefined => {
    const word = meant.get(typed);
    if (word || typed.length < SHORTEST || known.has(typed) || skipped.has(typed)) return word;
    for (const key of deletions(typed))
      for (const word of byDeletion.get(key) ?? []) if (word[0] === typed[0] && isSlip(typed, word)) return word;
    return undefined;
  };
  return (draft) => repairDraft(draft, repair);
}

function repairDraft(from: Draft, repair: (typed: string) => string | undefined): Draft {
  const draft = emptyDraft();
  const { codes } = from;
  for (let i = 0; i < codes.length; ) {
    let end = i;
    while (end < codes.length && isWordCode(codes[end] ?? 0)) end += 1;
    const repaired =
      isLetter(codes[i] ?? 0) && end - i <= 20 ? repair(String.fromCharCode(...codes.slice(i, end))) : undefined;
    if (end === i) end += 1;
    if (repaired) addWord(draft, repaired, from.starts[i] ?? 0, from.ends[end - 1] ?? 0);
    else for (let k = i; k < end; k += 1) push(draft, codes[k] ?? 0, from.starts[k] ?? 0, from.ends[k] ?? 0);
    i = end;
  }
  return draft;
}

function addWord(draft: Draft, word: string, start: number, end: number): void {
  for (let i = 0; i < word.length; i += 1) push(draft, word.charCodeAt(i), start, end);
}

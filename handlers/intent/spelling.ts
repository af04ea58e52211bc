import { isLetter, isWordCode } from './characters.ts';
import { copy, type Draft, push, startOf } from './draft.ts';
import type { Spelling } from './normalise.ts';

/** Shorter words are one slip away from too many others. */
const SHORTEST = 4;
/** Below this a replaced letter makes another word too often (speak, sneak). */
const SHORTEST_REPLACED = 6;

const VOWEL = /^[aeiou]/;

/** humen, agant: one vowel for another, in words that are not the shortest. */
const isVowelSlip = (typed: string, word: string): boolean => word.length > 1 && VOWEL.test(typed) && VOWEL.test(word);

/** True if one slip of the fingers separates two words that begin alike: a letter swapped, lost, added, or in long words replaced. */
function isSlip(typed: string, word: string): boolean {
  if (Math.abs(typed.length - word.length) > 1) return false;
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
  const byFirst = new Map<string, string[]>();
  for (const word of words) byFirst.set(word.charAt(0), [...(byFirst.get(word.charAt(0)) ?? []), word]);

  const repair = (typed: string): string | undefined => {
    const word = meant.get(typed);
    if (word || typed.length < SHORTEST) return word;
    const slipped = byFirst.get(typed.charAt(0))?.find((near) => isSlip(typed, near));
    return slipped && !known.has(typed) && !skipped.has(typed) ? slipped : undefined;
  };
  return (draft) => repairDraft(draft, repair);
}

function repairDraft(from: Draft, repair: (typed: string) => string | undefined): Draft {
  const { codes } = from;
  let draft: Draft | undefined;
  for (let i = 0; i < codes.length; ) {
    const end = wordEnd(codes, i);
    const repaired =
      isLetter(codes[i] ?? 0) && end - i <= 20 ? repair(String.fromCharCode(...codes.slice(i, end))) : undefined;
    if (repaired) draft ??= startOf(from, i);
    if (repaired && draft) addWord(draft, repaired, from.starts[i] ?? 0, from.ends[end - 1] ?? 0);
    else if (draft) for (let k = i; k < end; k += 1) copy(draft, from, k);
    i = end;
  }
  return draft ?? from;
}

function wordEnd(codes: readonly number[], start: number): number {
  let end = start;
  while (isWordCode(codes[end] ?? 0)) end += 1;
  return Math.max(end, start + 1);
}

function addWord(draft: Draft, word: string, start: number, end: number): void {
  for (let i = 0; i < word.length; i += 1) push(draft, word.charCodeAt(i), start, end);
}

import type { Lexicon, Tokens } from './lexicon.ts';

export type Range = readonly [from: number, to: number];

/** Where the words of a list stand. A list is only looked up when a pattern asks for it. */
export interface Hits {
  /** 1 for each list with a word in the text. */
  readonly present: Uint8Array;
  /** Start and end in turn, ordered by start. */
  get(list: number): readonly number[] | undefined;
}

export function createHits(tokens: Tokens, lexicon: Lexicon): Hits {
  const present = new Uint8Array(lexicon.size);
  for (const word of tokens.words) for (const list of lexicon.listsOf(word)) present[list] = 1;
  const found = new Map<number, readonly number[]>();

  const get = (list: number): readonly number[] | undefined => {
    if (!present[list]) return undefined;
    const known = found.get(list);
    if (known) return known;
    const made = placesOf(list, tokens, lexicon);
    found.set(list, made);
    return made;
  };
  return { present, get };
}

function placesOf(list: number, { starts, ends, words }: Tokens, lexicon: Lexicon): readonly number[] {
  const places: number[] = [];
  for (let i = 0; i < words.length; i += 1)
    if (lexicon.listsOf(words[i] ?? 0).includes(list)) places.push(starts[i] ?? 0, ends[i] ?? 0);
  return places;
}

/** Where words of these lists stand. */
export function rangesIn(hits: Hits, lists: readonly number[]): Range[] {
  const ranges: Range[] = [];
  for (const list of lists) {
    const places = hits.get(list) ?? [];
    for (let i = 0; i < places.length; i += 2) ranges.push([places[i] ?? 0, places[i + 1] ?? 0]);
  }
  return ranges;
}

import type { Lexicon, Tokens } from './lexicon.ts';

export type Range = readonly [from: number, to: number];

/** Where the words of a list stand. A list is only looked up when a pattern asks for it. */
export interface Hits {
  /** 1 for each list with a word in the text. */
  readonly present: Uint8Array;
  /** Those lists, each once. */
  readonly lists: readonly number[];
  /** Start and end in turn, ordered by start. */
  get(list: number): readonly number[] | undefined;
}

export function createHits(tokens: Tokens, lexicon: Lexicon): Hits {
  const present = new Uint8Array(lexicon.size);
  const said = differentWords(tokens);
  const lists: number[] = [];
  for (const word of said.words)
    for (const list of lexicon.listsOf(word)) {
      if (present[list]) continue;
      present[list] = 1;
      lists.push(list);
    }
  const found = new Map<number, readonly number[]>();

  const get = (list: number): readonly number[] | undefined => {
    if (!present[list]) return undefined;
    const known = found.get(list);
    if (known) return known;
    const made = placesOf(list, tokens, said, lexicon);
    found.set(list, made);
    return made;
  };
  return { present, lists, get };
}

/** The words of a text without repetition, and for each token which of them it is: a hostile text repeats a few. */
interface Said {
  readonly words: readonly number[];
  readonly which: Uint16Array;
}

function differentWords({ words }: Tokens): Said {
  const places = new Map<number, number>();
  const which = new Uint16Array(words.length);
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? 0;
    const place = places.get(word) ?? places.size;
    if (place === places.size) places.set(word, place);
    which[i] = place;
  }
  return { words: [...places.keys()], which };
}

function placesOf(list: number, { starts, ends }: Tokens, { words, which }: Said, lexicon: Lexicon): readonly number[] {
  const belongs = words.map((word) => lexicon.listsOf(word).includes(list));
  const places: number[] = [];
  for (let i = 0; i < which.length; i += 1) if (belongs[which[i] ?? 0]) places.push(starts[i] ?? 0, ends[i] ?? 0);
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

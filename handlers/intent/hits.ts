import type { Lexicon, Tokens } from './lexicon.ts';
import type { Rows } from './rows.ts';

export type Range = readonly [from: number, to: number];

/** Where the words of a list stand. A list is only looked up when a pattern asks for it. */
export interface Hits {
  /** Lists with a word in the text, each once. */
  readonly lists: readonly number[];
  /** For each of all lists its place among those, from 1; else 0. The next text takes this room. */
  readonly present: Uint16Array;
  /** Start and end in turn, ordered by start. */
  get(list: number): readonly number[] | undefined;
}

export function createHits(tokens: Tokens, { lists: listsOf, present }: Lexicon): Hits {
  const said = differentWords(tokens);
  const lists = listsWith(said.words, listsOf, present);
  const found: (readonly number[] | undefined)[] = [];

  const get = (list: number): readonly number[] | undefined => {
    const place = present[list];
    if (!place) return undefined;
    found[place] ??= placesOf(list, tokens, said, listsOf);
    return found[place];
  };
  return { lists, present, get };
}

/** Marks the lists of these words, and gives them. */
function listsWith(words: readonly number[], { starts, items }: Rows, present: Uint16Array): number[] {
  const lists: number[] = [];
  present.fill(0);
  for (const word of words) {
    const end = starts[word + 1] ?? 0;
    for (let i = starts[word] ?? end; i < end; i += 1) {
      const list = items[i] ?? 0;
      if (!present[list]) present[list] = lists.push(list);
    }
  }
  return lists;
}

/** The words of a text without repetition, and for each token which of them it is: a hostile text repeats a few. */
interface Said {
  readonly words: readonly number[];
  readonly which: readonly number[];
}

function differentWords({ words }: Tokens): Said {
  const different: number[] = [];
  const which = words.map((word) => {
    const place = different.indexOf(word);
    return place >= 0 ? place : different.push(word) - 1;
  });
  return { words: different, which };
}

function placesOf(list: number, { starts, ends }: Tokens, { words, which }: Said, listsOf: Rows): readonly number[] {
  const belongs = words.map((word) => stands(listsOf, word, list));
  const places: number[] = [];
  for (let i = 0; i < which.length; i += 1) if (belongs[which[i] ?? 0]) places.push(starts[i] ?? 0, ends[i] ?? 0);
  return places;
}

/** The lists of a word are in order. */
function stands({ starts, items }: Rows, word: number, list: number): boolean {
  const end = starts[word + 1] ?? 0;
  let i = starts[word] ?? end;
  while (i < end && (items[i] ?? 0) < list) i += 1;
  return i < end && items[i] === list;
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

import type { Vocabulary } from './lexicon.ts';
import { normaliseWord } from './normalise.ts';
import { expandWord } from './pattern.ts';
import { growTree } from './tree.ts';

/** Gathers the words of all lists while phrases are compiled. */
export interface Collector {
  /** The number of the list of that name, made on first use. */
  list(name: string): number;
  /** Throws an `Error` for its writer when the word cannot be read. */
  add(list: number, word: string): void;
  /** How many lists there are. */
  readonly size: number;
  /** How often words of a list are met, roughly: short words often, long ones hardly ever. */
  commonness(list: number): number;
  vocabulary(): Vocabulary;
}

export function createCollector(): Collector {
  const numbers = new Map<string, number>();
  const listsOf = new Map<string, number[]>();
  const common: number[] = [];

  const addForm = (form: string, list: number): void => {
    const known = listsOf.get(form);
    if (!known) listsOf.set(form, [list]);
    else if (known.at(-1) !== list) known.push(list);
  };
  return {
    add: (list, source) => {
      for (const form of expandWord(source).flatMap(normaliseWord)) {
        if (form === '') throw new Error(`nothing is left of “${source}” after normalisation`);
        addForm(form, list);
      }
      common[list] = (common[list] ?? 0) + commonnessOf(source);
    },
    list: (name) => {
      const number = numbers.get(name) ?? numbers.size;
      numbers.set(name, number);
      return number;
    },
    get size() {
      return numbers.size;
    },
    commonness: (list) => common[list] ?? 0,
    vocabulary: () => {
      const latin = [...new Set([...listsOf.keys()].flatMap((word) => word.match(/[a-z]+/g) ?? []))];
      return { tree: growTree(listsOf), listCount: numbers.size, latin };
    },
  };
}

/** An ideograph says about as much as three letters. */
function commonnessOf(word: string): number {
  const weight = /[a-z]/i.test(word) ? word.length / 3 : word.length;
  return 100 ** -weight;
}

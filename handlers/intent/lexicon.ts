import { isWordCode } from './characters.ts';
import { normaliseWord } from './normalise.ts';
import { expandWord } from './pattern.ts';

/** Words found in a text: where each starts and ends, and its number. Ordered by start. */
export interface Tokens {
  readonly starts: number[];
  readonly ends: number[];
  readonly words: number[];
}

export interface Lexicon {
  /** The number of the list of that name, made on first use. */
  list(name: string): number;
  add(list: number, word: string): void;
  /** How many lists there are. */
  readonly size: number;
  /** How often words of a list are met, roughly: short words often, long ones hardly ever. */
  commonness(list: number): number;
  find(text: string): Tokens;
  listsOf(word: number): readonly number[];
  has(list: number, word: number): boolean;
  /** Every word of letters in any list. */
  readonly vocabulary: Set<string>;
}

/** Most nodes are ends, and a map costs more than all else in them. */
interface Node {
  next: Map<number, Node> | undefined;
  word: number | undefined;
}

const newNode = (): Node => ({ next: undefined, word: undefined });

/** All words of all lists in one tree: a text is read once, whatever the number of words. */
export function createLexicon(): Lexicon {
  const root = newNode();
  const numbers = new Map<string, number>();
  const vocabulary = new Set<string>();
  const common: number[] = [];
  const known = new Map<string, readonly number[]>();
  const listsOf: number[][] = [];
  const members: Uint32Array[] = [];

  const wordOf = (form: string, source: string): number => {
    if (form === '') throw new Error(`nothing is left of “${source}” after normalisation`);
    for (const word of form.match(/[a-z]+/g) ?? []) vocabulary.add(word);
    let node = root;
    for (let i = 0; i < form.length; i += 1) node = child(node, form.charCodeAt(i));
    node.word ??= listsOf.push([]) - 1;
    return node.word;
  };
  const wordsOf = (source: string): readonly number[] => {
    const words =
      known.get(source) ??
      expandWord(source)
        .flatMap(normaliseWord)
        .map((form) => wordOf(form, source));
    known.set(source, words);
    return words;
  };
  return {
    vocabulary,
    listsOf: (word) => listsOf[word] ?? [],
    has: (list, word) => ((members[list]?.[word >> 5] ?? 0) & (1 << (word & 31))) !== 0,
    add: (list, source) => {
      for (const word of wordsOf(source)) {
        if (listsOf[word]?.at(-1) !== list) listsOf[word]?.push(list);
        members[list] = withBit(members[list] ?? new Uint32Array(1), word);
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
    find: (text) => find(root, text),
  };
}

function withBit(bits: Uint32Array, position: number): Uint32Array {
  const place = position >> 5;
  const roomy = place < bits.length ? bits : new Uint32Array(Math.max(place + 1, bits.length * 2));
  if (roomy !== bits) roomy.set(bits);
  roomy[place] = (roomy[place] ?? 0) | (1 << (position & 31));
  return roomy;
}

/** An ideograph says about as much as three letters. */
function commonnessOf(word: string): number {
  const weight = /[a-z]/i.test(word) ? word.length / 3 : word.length;
  return 100 ** -weight;
}

function child(node: Node, code: number): Node {
  node.next ??= new Map();
  const known = node.next.get(code);
  if (known) return known;
  const made = newNode();
  node.next.set(code, made);
  return made;
}

/** Words of letters are found whole: “agent” does not stand in “agents”. */
function find(root: Node, text: string): Tokens {
  const tokens: Tokens = { starts: [], ends: [], words: [] };
  let previousIsWord = false;
  for (let start = 0; start < text.length; start += 1) {
    const isWord = isWordCode(text.charCodeAt(start));
    if (!(isWord && previousIsWord)) collect(root, text, start, tokens);
    previousIsWord = isWord;
  }
  return tokens;
}

function collect(root: Node, text: string, start: number, tokens: Tokens): void {
  let node = root.next?.get(text.charCodeAt(start));
  for (let end = start + 1; node; end += 1) {
    if (node.word !== undefined && !(isWordCode(text.charCodeAt(end - 1)) && isWordCode(text.charCodeAt(end)))) {
      tokens.starts.push(start);
      tokens.ends.push(end);
      tokens.words.push(node.word);
    }
    node = node.next?.get(text.charCodeAt(end));
  }
}

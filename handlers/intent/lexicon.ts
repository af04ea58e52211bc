import { isWordCode } from './characters.ts';
import { normaliseWord } from './normalise.ts';
import { expandWord } from './pattern.ts';

interface Node {
  readonly next: Map<number, Node>;
  readonly lists: number[];
}

/** For each list the places where one of its words stands, as start and end in turn, ordered by start. */
export type Hits = Map<number, number[]>;

export interface Lexicon {
  /** The number of the list of that name, made on first use. */
  list(name: string): number;
  add(list: number, word: string): void;
  /** How many lists there are. */
  readonly size: number;
  /** How often words of a list are met, roughly: short words often, long ones hardly ever. */
  commonness(list: number): number;
  find(text: string): Hits;
  /** Every word of letters in any list. */
  readonly vocabulary: Set<string>;
}

/** All words of all lists in one tree: a text is read once, whatever the number of words. */
export function createLexicon(): Lexicon {
  const root = newNode();
  const numbers = new Map<string, number>();
  const common: number[] = [];
  const vocabulary = new Set<string>();
  const nodes = new Map<string, readonly Node[]>();

  const nodeOf = (form: string, source: string): Node => {
    if (form === '') throw new Error(`nothing is left of “${source}” after normalisation`);
    for (const word of form.match(/[a-z]+/g) ?? []) vocabulary.add(word);
    let node = root;
    for (let i = 0; i < form.length; i += 1) node = child(node, form.charCodeAt(i));
    return node;
  };
  const nodesOf = (source: string): readonly Node[] => {
    const known = nodes.get(source);
    if (known) return known;
    const made = expandWord(source).flatMap(normaliseWord);
    const result = made.map((form) => nodeOf(form, source));
    nodes.set(source, result);
    return result;
  };
  return {
    vocabulary,
    add: (list, source) => {
      for (const { lists } of nodesOf(source)) if (lists.at(-1) !== list) lists.push(list);
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

/** An ideograph says about as much as three letters. */
function commonnessOf(word: string): number {
  const weight = /[a-z]/i.test(word) ? word.length / 3 : word.length;
  return 100 ** -weight;
}

const newNode = (): Node => ({ next: new Map(), lists: [] });

function child(node: Node, code: number): Node {
  const known = node.next.get(code);
  if (known) return known;
  const made = newNode();
  node.next.set(code, made);
  return made;
}

/** Words of letters are found whole: “agent” does not stand in “agents”. */
function find(root: Node, text: string): Hits {
  const hits: Hits = new Map();
  let previousIsWord = false;
  for (let start = 0; start < text.length; start += 1) {
    const isWord = isWordCode(text.charCodeAt(start));
    if (!(isWord && previousIsWord)) collect(root, text, start, hits);
    previousIsWord = isWord;
  }
  return hits;
}

function collect(root: Node, text: string, start: number, hits: Hits): void {
  let node = root.next.get(text.charCodeAt(start));
  for (let end = start + 1; node; end += 1) {
    if (node.lists.length > 0 && !(isWordCode(text.charCodeAt(end - 1)) && isWordCode(text.charCodeAt(end))))
      for (const list of node.lists) record(hits, list, start, end);
    node = node.next.get(text.charCodeAt(end));
  }
}

function record(hits: Hits, list: number, start: number, end: number): void {
  const known = hits.get(list);
  if (known) known.push(start, end);
  else hits.set(list, [start, end]);
}

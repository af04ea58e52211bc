import { isWordCode } from './characters.ts';
import { type Rows, startsOf } from './rows.ts';
import type { Tree } from './tree.ts';

/** All words of all lists, as plain data. */
export interface Vocabulary {
  readonly tree: Tree;
  readonly listCount: number;
  /** Every word of letters in any of the words. */
  readonly latin: readonly string[];
}

/** Words found in a text: where each starts and ends, and its number. Ordered by start. */
export interface Tokens {
  readonly starts: number[];
  readonly ends: number[];
  readonly words: number[];
}

export interface Lexicon {
  /** For each word the lists it stands in, in order. */
  readonly lists: Rows;
  /** By list; room for what is said in one text, see hits.ts. */
  readonly present: Uint16Array;
  find(text: string): Tokens;
}

/** All words of all lists in one tree: a text is read once, whatever the number of words. */
export function createLexicon({ tree, listCount }: Vocabulary): Lexicon {
  const lists: Rows = { starts: startsOf(tree.counts), items: Uint16Array.from(tree.lists) };
  const nodes: Nodes = {
    codes: codesOf(tree.codes),
    children: startsOf(tree.children, 1),
    lists: lists.starts,
  };
  return { lists, present: new Uint16Array(listCount), find: (text) => find(nodes, text) };
}

function codesOf(text: string): Uint16Array {
  const codes = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i += 1) codes[i] = text.charCodeAt(i);
  return codes;
}

/** The tree in numbers: a word is the node where it ends. */
interface Nodes {
  readonly codes: Uint16Array;
  /** For each node the first of its children; they reach up to the first one of the next node. */
  readonly children: Uint32Array;
  /** For each node its row of lists. */
  readonly lists: Uint32Array;
}

const ROOT = 0;

/** The node one character further, or the root where no word goes on so. */
function childOf({ codes, children }: Nodes, node: number, code: number): number {
  const end = children[node + 1] ?? 0;
  let low = children[node] ?? end;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((codes[middle] ?? 0) < code) low = middle + 1;
    else high = middle;
  }
  return low < end && codes[low] === code ? low : ROOT;
}

/** Words of letters are found whole: “agent” does not stand in “agents”. */
function find(nodes: Nodes, text: string): Tokens {
  const tokens: Tokens = { starts: [], ends: [], words: [] };
  let previousIsWord = false;
  for (let start = 0; start < text.length; start += 1) {
    const isWord = isWordCode(text.charCodeAt(start));
    if (!(isWord && previousIsWord)) collect(nodes, text, start, tokens);
    previousIsWord = isWord;
  }
  return tokens;
}

function collect(nodes: Nodes, text: string, start: number, tokens: Tokens): void {
  let node = childOf(nodes, ROOT, text.charCodeAt(start));
  for (let end = start + 1; node !== ROOT; end += 1) {
    const isWord = nodes.lists[node] !== nodes.lists[node + 1];
    if (isWord && !(isWordCode(text.charCodeAt(end - 1)) && isWordCode(text.charCodeAt(end)))) {
      tokens.starts.push(start);
      tokens.ends.push(end);
      tokens.words.push(node);
    }
    node = end < text.length ? childOf(nodes, node, text.charCodeAt(end)) : ROOT;
  }
}

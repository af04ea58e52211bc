import { isWordCode } from './characters.ts';
import { createTree, type Tree } from './tree.ts';

/** All words of all lists, as plain data. */
export interface Vocabulary {
  readonly words: readonly string[];
  /** For each word the numbers of the lists it stands in. */
  readonly lists: readonly (readonly number[])[];
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
  /** How many lists there are. */
  readonly size: number;
  find(text: string): Tokens;
  listsOf(word: number): readonly number[];
}

/** All words of all lists in one tree: a text is read once, whatever the number of words. */
export function createLexicon({ words, lists, listCount }: Vocabulary): Lexicon {
  const tree = createTree();
  const ends = words.map((word) => {
    let node = 0;
    for (let i = 0; i < word.length; i += 1) node = tree.grow(node, word.charCodeAt(i));
    return node;
  });
  const wordAt = new Int32Array(tree.size).fill(-1);
  ends.forEach((node, word) => {
    wordAt[node] = word;
  });
  return { size: listCount, listsOf: (word) => lists[word] ?? [], find: (text) => find({ tree, wordAt }, text) };
}

interface Words {
  readonly tree: Tree;
  /** By node of the tree: the word that ends there, or -1. */
  readonly wordAt: Int32Array;
}

/** Words of letters are found whole: “agent” does not stand in “agents”. */
function find(words: Words, text: string): Tokens {
  const tokens: Tokens = { starts: [], ends: [], words: [] };
  let previousIsWord = false;
  for (let start = 0; start < text.length; start += 1) {
    const isWord = isWordCode(text.charCodeAt(start));
    if (!(isWord && previousIsWord)) collect(words, text, start, tokens);
    previousIsWord = isWord;
  }
  return tokens;
}

function collect({ tree, wordAt }: Words, text: string, start: number, tokens: Tokens): void {
  let node = tree.next(0, text.charCodeAt(start));
  for (let end = start + 1; node !== undefined; end += 1) {
    const word = wordAt[node] ?? -1;
    if (word >= 0 && !(isWordCode(text.charCodeAt(end - 1)) && isWordCode(text.charCodeAt(end)))) {
      tokens.starts.push(start);
      tokens.ends.push(end);
      tokens.words.push(word);
    }
    node = end < text.length ? tree.next(node, text.charCodeAt(end)) : undefined;
  }
}

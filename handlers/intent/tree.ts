/**
 * Words as paths from a root, character by character, level by level: nodes are numbers, the root is 0, and the children
 * of a node stand side by side, by character. As plain data.
 */
export interface Tree {
  /** For each node the character that leads to it; a space for the root. */
  readonly codes: string;
  /** For each node how many children it has. */
  readonly children: readonly number[];
  /** For each node how many lists the word that ends there stands in: 0 where none ends. */
  readonly counts: readonly number[];
  /** Those lists in order, one word after the other. */
  readonly lists: readonly number[];
}

/** The words that go through a node. */
interface Bundle {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

/** @param listsOf for each word the numbers of the lists it stands in */
export function growTree(listsOf: ReadonlyMap<string, readonly number[]>): Tree {
  const words = [...listsOf].sort(([a], [b]) => (a < b ? -1 : 1));
  const tree = { codes: ' ', children: [] as number[], counts: [] as number[], lists: [] as number[] };
  const bundles: Bundle[] = [{ from: 0, to: words.length, depth: 0 }];
  for (const { from, to, depth } of bundles) {
    const [word = '', lists = []] = words[from] ?? [];
    const ends = to > from && word.length === depth;
    tree.counts.push(ends ? lists.length : 0);
    if (ends) tree.lists.push(...lists.toSorted((a, b) => a - b));
    const before = bundles.length;
    for (let start = ends ? from + 1 : from; start < to; start = bundles.at(-1)?.to ?? to) {
      const char = words[start]?.[0].charAt(depth) ?? '';
      let end = start + 1;
      while (end < to && words[end]?.[0].charAt(depth) === char) end += 1;
      tree.codes += char;
      bundles.push({ from: start, to: end, depth: depth + 1 });
    }
    tree.children.push(bundles.length - before);
  }
  return tree;
}

/** Words as paths from a root, character by character. Nodes are numbers from 0, the root, upward. */
export interface Tree {
  readonly size: number;
  /** The node one character further; undefined where no word goes on so. */
  next(node: number, code: number): number | undefined;
  /** As `next`, made where it is missing. */
  grow(node: number, code: number): number;
}

const FIRST_CAPACITY = 1 << 12;

/**
 * A tree in one hash table of numbers, probed linearly and never more than half full. A `Map` in each of some 45,000
 * nodes cost 40 MB and a quarter of a second at every start.
 */
export function createTree(): Tree {
  let size = 1;
  let table = newTable(FIRST_CAPACITY);

  const grow = (node: number, code: number): number => {
    const place = placeOf(table, node, code);
    const known = table.to[place];
    if (known) return known;
    put(table, place, { node, code, to: size });
    size += 1;
    if (size * 2 > table.to.length) table = doubled(table);
    return size - 1;
  };
  return {
    get size() {
      return size;
    },
    next: (node, code) => table.to[placeOf(table, node, code)] || undefined,
    grow,
  };
}

/** Edges of the tree; `to` is 0 where a place is free, since nothing leads to the root. */
interface Table {
  readonly from: Uint32Array;
  readonly codes: Uint16Array;
  readonly to: Uint32Array;
}

const newTable = (capacity: number): Table => ({
  from: new Uint32Array(capacity),
  codes: new Uint16Array(capacity),
  to: new Uint32Array(capacity),
});

function placeOf({ from, codes, to }: Table, node: number, code: number): number {
  const mask = to.length - 1;
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(code, 0x85ebca6b);
  let place = (mixed ^ (mixed >>> 15)) & mask;
  while (to[place] !== 0 && (from[place] !== node || codes[place] !== code)) place = (place + 1) & mask;
  return place;
}

function put(table: Table, place: number, edge: { node: number; code: number; to: number }): void {
  table.from[place] = edge.node;
  table.codes[place] = edge.code;
  table.to[place] = edge.to;
}

function doubled(old: Table): Table {
  const table = newTable(old.to.length * 2);
  for (let i = 0; i < old.to.length; i += 1) {
    const to = old.to[i] ?? 0;
    if (to === 0) continue;
    const edge = { node: old.from[i] ?? 0, code: old.codes[i] ?? 0, to };
    put(table, placeOf(table, edge.node, edge.code), edge);
  }
  return table;
}

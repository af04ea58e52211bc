/** Rows of numbers below 65,536, one behind the other: what is looked at together lies together in memory. */
export interface Rows {
  /** Row r is `items` from `starts[r]` to `starts[r + 1]`. */
  readonly starts: Uint32Array;
  readonly items: Uint16Array;
}

export const packRows = (rows: readonly (readonly number[])[]): Rows => ({
  starts: startsOf(rows.map((row) => row.length)),
  items: Uint16Array.from(rows.flat()),
});

/** Where each of so many starts, one behind the other; and at last where all of them end. */
export function startsOf(counts: readonly number[], first = 0): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  let start = first;
  for (let i = 0; i < counts.length; i += 1) {
    starts[i] = start;
    start += counts[i] ?? 0;
  }
  starts[counts.length] = start;
  return starts;
}

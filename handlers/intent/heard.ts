/** The places of the pieces heard so far in one text. */
export interface Heard {
  /** Forgets everything; there will be at most so many places. */
  begin(most: number): void;
  /** True the first time. */
  add(place: number): boolean;
}

/** A table, probed linearly, of which a text takes what it needs: a mark for each place there is took a megabyte. */
export function createHeard(): Heard {
  let table = new Int32Array(0);
  let last = 0;
  return {
    begin: (most) => {
      const size = 2 ** (33 - Math.clz32(most));
      if (size > table.length) table = new Int32Array(size);
      else table.fill(0, 0, size);
      last = size - 1;
    },
    add: (place) => {
      let at = place & last;
      while (table[at] !== 0) {
        if (table[at] === place + 1) return false;
        at = (at + 1) & last;
      }
      table[at] = place + 1;
      return true;
    },
  };
}

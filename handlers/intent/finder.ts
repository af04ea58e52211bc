import type { Candidate } from './compile.ts';
import type { Hits } from './hits.ts';
import { packRows } from './rows.ts';

/** Stands between the needs of a candidate: no list has this number. */
const NEXT_NEED = 0xffff;

/**
 * Finds the patterns whose words all stand in a text, in their order. Each is kept under the rarest of the words it
 * needs, so that an ordinary message meets few of them; and as mere numbers, so that meeting one is cheap.
 */
export function createFinder(all: readonly Candidate[]): (hits: Hits) => readonly Candidate[] {
  const { starts, items } = packRows(entriesByList(all));
  return ({ present, lists }) => {
    const found: number[] = [];
    for (const list of lists) {
      const end = starts[list + 1] ?? 0;
      for (let at = starts[list] ?? end; at < end; ) {
        const next = at + (items[at] ?? 0);
        if (isEachPresent(items, at + 2, next, present)) found.push(items[at + 1] ?? 0);
        at = next;
      }
    }
    return inOrder(found, all);
  };
}

/** For each list the candidates under it, one behind the other: length of the entry, place among all, needs. */
function entriesByList(all: readonly Candidate[]): number[][] {
  const highest = all.reduce((most, { keys }) => Math.max(most, ...keys), -1);
  const byList: number[][] = Array.from({ length: highest + 1 }, () => []);
  all.forEach(({ keys, needs }, place) => {
    const lists = needs.flatMap((need) => [...need, NEXT_NEED]);
    for (const list of keys) byList[list]?.push(lists.length + 2, place, ...lists);
  });
  return byList;
}

function isEachPresent(items: Uint16Array, from: number, to: number, present: Uint16Array): boolean {
  let isPresent = false;
  for (let i = from; i < to; i += 1) {
    const list = items[i] ?? 0;
    if (list !== NEXT_NEED) isPresent ||= present[list] !== 0;
    else if (!isPresent) return false;
    else isPresent = false;
  }
  return true;
}

/** A candidate is found once for each of its keys. */
function inOrder(places: number[], all: readonly Candidate[]): Candidate[] {
  const found: Candidate[] = [];
  let last = -1;
  for (const place of places.sort((a, b) => a - b)) {
    const candidate = all[place];
    if (candidate && place !== last) found.push(candidate);
    last = place;
  }
  return found;
}

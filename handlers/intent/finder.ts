import type { Candidate } from './compile.ts';
import type { Hits } from './hits.ts';

/**
 * Finds the patterns whose words all stand in a text, in their order. Each is kept under the rarest of the words it
 * needs, so that an ordinary message meets few of them.
 */
export function createFinder(all: readonly Candidate[]): (hits: Hits) => readonly Candidate[] {
  const highest = all.reduce((most, { keys }) => Math.max(most, ...keys), 0);
  const byList: Candidate[][] = Array.from({ length: highest + 1 }, () => []);
  for (const candidate of all) for (const list of candidate.keys) byList[list]?.push(candidate);
  return ({ present, lists }) => {
    const found = new Set<Candidate>();
    for (const list of lists)
      for (const candidate of byList[list] ?? [])
        if (candidate.needs.every((need) => isAnyPresent(need, present))) found.add(candidate);
    return [...found].sort((a, b) => a.order - b.order);
  };
}

function isAnyPresent(lists: readonly number[], present: Uint8Array): boolean {
  for (const list of lists) if (present[list]) return true;
  return false;
}

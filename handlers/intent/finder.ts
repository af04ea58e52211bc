import type { Candidate } from './compile.ts';
import type { Hits } from './hits.ts';

/**
 * Finds the patterns whose words all stand in a text, in their order. Each is kept under the rarest of the words it
 * needs, so that an ordinary message meets few of them.
 */
export function createFinder(all: readonly Candidate[]): (hits: Hits) => readonly Candidate[] {
  const byList = new Map<number, Candidate[]>();
  for (const candidate of all)
    for (const list of candidate.keys) {
      const known = byList.get(list);
      if (known) known.push(candidate);
      else byList.set(list, [candidate]);
    }
  const keys = Uint16Array.from(byList.keys());
  const kept = [...byList.values()];
  return ({ present }) => {
    const found = new Set<Candidate>();
    for (let i = 0; i < keys.length; i += 1) {
      if (!present[keys[i] ?? 0]) continue;
      for (const candidate of kept[i] ?? []) if (isPossible(candidate, present)) found.add(candidate);
    }
    return [...found].sort((a, b) => a.order - b.order);
  };
}

function isPossible({ matcher }: Candidate, present: Uint8Array): boolean {
  for (const { times, lists } of matcher.steps) if (times === 'once' && !isAnyPresent(lists, present)) return false;
  return true;
}

function isAnyPresent(lists: readonly number[], present: Uint8Array): boolean {
  for (const list of lists) if (present[list]) return true;
  return false;
}

import type { Memory, OpenId } from '../../src/bot.ts';
import { createMemory } from '../../src/memory.ts';

/** What is remembered of a person, on a clock that the test moves. */
export interface Remembered {
  /** As seen from the event of this job. */
  seenFrom(jobId: string): Memory;
  pass(ms: number): void;
  /** From now on the person has a chat. */
  serve(): void;
}

export function remember(): Remembered {
  const rows = new Map<string, { readonly until: number; readonly row: string[] }>();
  let now = 0;
  let served = false;
  const rowOf = (deed: string, ms: number) => {
    const known = rows.get(deed);
    if (known && known.until > now) return known.row;
    const row: string[] = [];
    rows.set(deed, { until: now + ms, row });
    return row;
  };
  const ledger = {
    placeOf: async (deed: string, by: string, ms: number) => {
      const row = rowOf(deed, ms);
      return row.includes(by) ? row.indexOf(by) + 1 : row.push(by);
    },
    forget: async (deed: string) => void rows.delete(deed),
    served: async () => served,
  };
  return {
    seenFrom: (jobId) => createMemory({ ledger, person: 'ou_1' as OpenId, jobId }),
    pass: (ms) => {
      now += ms;
    },
    serve: () => {
      served = true;
    },
  };
}

import type { Memory, OpenId } from './bot.ts';
import type { Ledger } from './ledger.ts';

export interface MemoryParts {
  readonly ledger: Pick<Ledger, 'placeOf' | 'forget' | 'served'>;
  readonly person: OpenId;
  /** What the event is known by, whenever and wherever it is worked on: its job's id. */
  readonly jobId: string;
}

/**
 * What the ledger knows of a person, seen from one event. A place belongs to the event and not to its delivery: whoever
 * dies between taking the first place and writing the message leaves both to the redelivery.
 */
export function createMemory({ ledger, person, jobId }: MemoryParts): Memory {
  const rowOf = (deed: string) => `${deed}:${person}`;
  return {
    placeOf: async (deed, ms, weight = 1) => {
      const names = Array.from({ length: weight }, (_, n) => (n === 0 ? jobId : `${jobId}+${n}`));
      return Math.max(...(await Promise.all(names.map((by) => ledger.placeOf(rowOf(deed), by, ms)))));
    },
    forget: (deed) => ledger.forget(rowOf(deed)),
    served: () => ledger.served(person),
  };
}

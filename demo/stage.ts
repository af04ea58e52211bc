import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Call, FeishuEvent, Seen, Simulator } from '../simulator/index.ts';
import type { Figures } from './figures.ts';
import type { CallSeen, Happening, State, Trouble } from './happenings.ts';
import { setTrouble } from './troubles.ts';

type Untimed<T> = T extends unknown ? Omit<T, 'at'> : never;

/** Everything the page shows, kept by the server, so that a page may be opened late, twice, or again. */
export interface Stage {
  /** In their order; the index is the id. */
  readonly happenings: readonly Happening[];
  readonly state: () => State;
  tell(happening: Untimed<Happening>): void;
  newcomer(): void;
  make(trouble: Trouble): void;
  /** The event that "deliver again" means. */
  remember(event: FeishuEvent<object>): void;
  readonly latest: () => FeishuEvent<object> | undefined;
  count(figures: Figures): void;
  /** Hears of each change until the returned function is called; without an id it is the state that changed. */
  watch(watcher: (id?: number) => void): () => void;
  readonly watched: () => boolean;
}

const PEOPLE_AT_FIRST = 3;

/** Begins empty: what was seen before is not told. */
export function createStage(feishu: Simulator): Stage {
  const happenings: Happening[] = [];
  const watchers = new Set<(id?: number) => void>();
  const people = Array.from({ length: PEOPLE_AT_FIRST }, () => feishu.newPerson());
  const [run, group] = [randomUUID(), feishu.newGroup()];
  let trouble: Trouble = 'none';
  let latest: FeishuEvent<object> | undefined;
  let figures: Figures | undefined;

  const alarm = (id?: number) => {
    for (const watcher of [...watchers]) watcher(id);
  };
  const tell: Stage['tell'] = (happening) => alarm(happenings.push({ at: Date.now(), ...happening }) - 1);

  feishu.listen((seen) => {
    tell(harmless(seen));
    const card = patched(seen, feishu);
    if (card) tell(card);
  });

  return {
    happenings,
    tell,
    state: () => ({
      ...{ run, botName: feishu.app.botName, people, group, trouble },
      redeliverable: latest !== undefined,
      ...(figures && { figures }),
    }),
    newcomer: () => {
      people.push(feishu.newPerson());
      alarm();
    },
    make: (wanted) => {
      trouble = wanted;
      setTrouble(feishu, wanted);
      alarm();
    },
    remember: (event) => {
      latest = event;
      alarm();
    },
    latest: () => latest,
    count: (counted) => {
      if (isDeepStrictEqual(figures, counted)) return;
      figures = counted;
      alarm();
    },
    watch: (watcher) => {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    watched: () => watchers.size > 0,
  };
}

/** As it was at that moment, without the app's tokens. */
function harmless(seen: Seen): Untimed<Happening> {
  if (seen.kind === 'call') return { kind: 'call', call: seenOf(seen.call) };
  return structuredClone(seen);
}

function seenOf({ api, method, outcome, status, code, ms, person, scripted }: Call): CallSeen {
  return {
    ...{ api, method, outcome, scripted },
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(ms !== undefined && { ms }),
    ...(person !== undefined && { person }),
  };
}

/** The card that a successful update has left. */
function patched(seen: Seen, { messages }: Simulator): Untimed<Happening> | undefined {
  if (seen.kind !== 'call' || seen.call.api !== 'patch' || seen.call.code !== 0) return undefined;
  const messageId = seen.call.path.split(/[/?]/).at(-1) ?? '';
  const message = messages.find((one) => one.messageId === messageId);
  return message && { kind: 'changed', messageId, content: structuredClone(message.content) };
}

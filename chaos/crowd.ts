import { setTimeout as pause } from 'node:timers/promises';
import type { FeishuEvent, Simulator } from '../simulator/index.ts';
import type { Dice } from './dice.ts';

export type Source = 'private' | 'menu' | 'group';

/** Somebody asks, so many ms after the start. */
export interface PlannedAsk {
  readonly at: number;
  /** Number of the person. */
  readonly who: number;
  readonly source: Source;
  /** Feishu delivers all five times, although it was answered 200. */
  readonly insistent: boolean;
}

/** An ask as it happened. */
export interface Ask {
  readonly person: string;
  readonly source: Source;
  readonly eventId: string;
  /** The message that asked; absent for a menu click. */
  readonly messageId?: string;
  readonly group?: string;
  /** When it was delivered first. */
  readonly at: number;
  readonly event: FeishuEvent<object>;
}

const LADDER_PAUSE_MS = 3_000;

const SOURCES = ['private', 'private', 'private', 'private', 'private', 'private', 'menu', 'menu', 'group'] as const;

/** Who asks when: everybody once, every fifth again, and some of those once more. */
export function planAsks(dice: Dice, { people, durationMs }: { people: number; durationMs: number }): PlannedAsk[] {
  const asks: PlannedAsk[] = [];
  for (let who = 0; who < people; who += 1) {
    let at = dice.between(0, durationMs);
    do {
      asks.push({ at, who, source: dice.pick(SOURCES), insistent: dice.chance(0.5) });
      at += dice.between(50, 20_000);
    } while (dice.chance(0.2) && at < durationMs);
  }
  return asks.sort((one, other) => one.at - other.at);
}

const RUSH = 0.2;
const RUSH_MS = 10;

/** Every fifth asks in the last moments before one of these times; nobody asks after the last of them. */
export function rushBefore(
  dice: Dice,
  asks: readonly PlannedAsk[],
  [first, ...others]: readonly { readonly at: number }[],
): readonly PlannedAsk[] {
  if (!first) return asks;
  const end = Math.max(first.at, ...others.map(({ at }) => at));
  const rush = () => dice.pick([first, ...others]).at - dice.between(0, RUSH_MS);
  return asks.map((ask) => (dice.chance(RUSH) || ask.at > end ? { ...ask, at: rush() } : ask));
}

/** Lets everybody ask at their time. Each event is delivered until it is answered 200, however long that takes. */
export async function letAsk(feishu: Simulator, plan: readonly PlannedAsk[], closing: AbortSignal): Promise<Ask[]> {
  const people = Array.from({ length: plan.length }, () => feishu.newPerson());
  const started = performance.now();
  return await Promise.all(
    plan.map(async (planned) => {
      await pause(planned.at - (performance.now() - started));
      const ask = askOf(feishu, planned, people[planned.who] ?? '');
      await deliver(feishu, ask.event, planned.insistent, closing);
      return ask;
    }),
  );
}

async function deliver(
  feishu: Simulator,
  event: FeishuEvent<object>,
  evenAfter200: boolean,
  closing: AbortSignal,
): Promise<void> {
  while (!closing.aborted) {
    const attempts = await feishu.deliverWithRetries(event, { evenAfter200 });
    if (attempts.some(({ status }) => status === 200)) return;
    // Feishu gives up after its seven hours. Here those are seconds, so the ladder begins again, but without haste.
    await pause(LADDER_PAUSE_MS);
  }
}

function askOf(feishu: Simulator, { source }: PlannedAsk, person: string): Ask {
  const at = Date.now();
  if (source === 'menu') {
    const event = feishu.events.menu({ person, key: 'human_agent' });
    return { person, source, at, event, eventId: event.header.event_id };
  }
  const group = source === 'group' ? { group: feishu.newGroup() } : {};
  const event = feishu.events.text({ person, text: '打印机坏了，转人工', ...group });
  const { message } = event.event;
  return { person, source, at, event, eventId: event.header.event_id, messageId: message.message_id, ...group };
}

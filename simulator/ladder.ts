import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery } from './delivery.ts';
import { aged, type FeishuEvent } from './envelope.ts';

/** Feishu docs, event overview: so long after each failed attempt comes the next, then none. */
export const ladderMs: readonly number[] = [15_000, 5 * 60_000, 60 * 60_000, 6 * 60 * 60_000];

export interface LadderOptions {
  /** Deliver all five times, as Feishu may although it was answered 200. */
  readonly evenAfter200?: boolean;
  /**
   * The compressed ladder also ages the event: on the third attempt it looks 5 min 15 s old, although milliseconds went by.
   * On unless false.
   */
  readonly aging?: boolean;
  /** The simulator's scale unless given. */
  readonly timeScale?: number;
}

interface Parts {
  readonly deliver: (event: FeishuEvent, attempt: number) => Promise<Delivery>;
  readonly timeScale: number;
  readonly closed: AbortSignal;
}

/** Climbs until a 200 or to the end; each attempt is signed anew. Ends early, with what it has, when the simulator closes. */
export async function climb(event: FeishuEvent, options: LadderOptions, parts: Parts): Promise<Delivery[]> {
  const { evenAfter200 = false, aging = true, timeScale = parts.timeScale } = options;
  const attempts: Delivery[] = [];
  let skippedMs = 0;
  for (const gapMs of [0, ...ladderMs]) {
    if (gapMs > 0 && !(await slept(gapMs * timeScale, parts.closed))) return attempts;
    skippedMs += gapMs * (1 - timeScale);
    const delivery = await parts.deliver(aging ? aged(event, skippedMs) : event, attempts.length + 1);
    attempts.push(delivery);
    if (delivery.status === 200 && !evenAfter200) return attempts;
  }
  return attempts;
}

async function slept(ms: number, signal: AbortSignal): Promise<boolean> {
  return pause(ms, true, { signal }).catch(() => false);
}

import type { Dice } from './dice.ts';

/** How a store goes away. */
export type Outage =
  /** Told to stop, and started again. */
  | 'stop'
  /** `kill -9`, and started again. */
  | 'kill'
  /** SIGSTOP: connections stay open, nothing answers. */
  | 'freeze'
  /** All connections end, new ones are refused. */
  | 'cut'
  /** The wire passes nothing on; connections of before are never heard of again. */
  | 'silence';

/** How Feishu's end of a long connection goes away: with a word, without one, or by falling silent while it stays open. */
export type Disconnect = 'close' | 'drop' | 'silence';

/** One thing that goes wrong, so many ms after the start. */
export type Disturbance = { readonly at: number } & (
  | { readonly what: 'kill'; readonly role: 'web' | 'worker'; readonly downMs: number }
  /** Every worker dies the moment Feishu has opened a ticket: before its answer, or just after. */
  | { readonly what: 'strike'; readonly delayMs: number; readonly downMs: number }
  | { readonly what: 'outage'; readonly how: Outage; readonly lastsMs: number }
  /** Every process is told to stop and started anew, one after the other. */
  | { readonly what: 'restart' }
  /** All long connections at once. */
  | { readonly what: 'disconnect'; readonly how: Disconnect }
);

export interface ScriptOptions {
  readonly durationMs: number;
  readonly outages: readonly [Outage, ...Outage[]];
}

/** No outage is longer; in a short run they are shorter. */
const LONGEST_OUTAGE_MS = 8_000;

/**
 * What goes wrong, by the dice alone. Kills fall anywhere, and so onto outages and restarts; outages do not overlap
 * each other.
 */
export function writeScript(dice: Dice, { durationMs, outages }: ScriptOptions): readonly Disturbance[] {
  const anywhere = () => dice.between(0.05, 0.9) * durationMs;
  const times = <T>(everyMs: number, make: (index: number, count: number) => T): T[] => {
    const count = Math.max(1, Math.round(durationMs / everyMs));
    return Array.from({ length: count }, (_, index) => make(index, count));
  };
  const script: Disturbance[] = [
    ...times<Disturbance>(5_000, () => ({
      at: anywhere(),
      what: 'kill',
      role: dice.pick<'web' | 'worker'>(['web', 'worker', 'worker']),
      downMs: dice.between(100, 2_000),
    })),
    ...times<Disturbance>(15_000, () => ({
      at: anywhere(),
      what: 'strike',
      delayMs: dice.whole(0, 4),
      downMs: dice.between(100, 2_000),
    })),
    ...times<Disturbance>(20_000, (index, count) => ({
      at: ((index + dice.between(0.1, 0.5)) / count) * durationMs,
      what: 'outage',
      // All kinds in turn, so that a run of some minutes has seen each.
      how: outages[index % outages.length] ?? outages[0],
      lastsMs: Math.min(dice.between(1_000, LONGEST_OUTAGE_MS), (durationMs / count) * 0.4),
    })),
    ...times<Disturbance>(40_000, () => ({ at: anywhere(), what: 'restart' })),
  ];
  return script.sort((one, other) => one.at - other.at);
}

/** Rolling restarts of all processes at even intervals, and nothing else. */
export function writeRestarts(count: number, durationMs: number): readonly Disturbance[] {
  return Array.from({ length: count }, (_, index) => ({ at: (index / count) * durationMs, what: 'restart' }));
}

export interface DisconnectOptions {
  readonly count: number;
  readonly hows: readonly [Disconnect, ...Disconnect[]];
}

/** Disconnects at even intervals, all kinds in turn, and nothing else. */
export function writeDisconnects({ count, hows }: DisconnectOptions, durationMs: number): readonly Disturbance[] {
  return Array.from({ length: count }, (_, index) => ({
    at: ((index + 1) / (count + 1)) * durationMs,
    what: 'disconnect',
    how: hows[index % hows.length] ?? hows[0],
  }));
}

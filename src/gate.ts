import { setTimeout as sleep } from 'node:timers/promises';
import { createBreaker } from './breaker.ts';
import type { Again } from './feishu/client.ts';
import { FeishuRefused } from './feishu/errors.ts';
import type { Ledger, Quota } from './ledger.ts';
import type { Log } from './log.ts';
import { backoff, MONTHLY_QUOTA, verdict } from './retry.ts';
import { StoreUnavailable } from './store/contract.ts';

/** The kinds of calls that Feishu counts, each by itself. */
export type Counted = 'start_service' | 'tickets' | 'send';

export interface Call<T> {
  readonly kind: Counted;
  /** Who or which group gets the message: counted too. */
  readonly recipient?: string;
  /** A message nobody asked for: it must not keep a link from its turn. */
  readonly courtesy?: boolean;
  /** Failed tries before this one. */
  readonly tries: number;
  /** What must be done before, however long it takes; a value from it spares the call. */
  readonly prepare?: () => Promise<T | undefined>;
  readonly make: (again: Again) => Promise<T>;
}

export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** Not now. `failing` is false where only a quota is full: that is nobody's failure. `error` when a call was made. */
  | {
      readonly kind: 'later';
      readonly afterMs: number;
      readonly failing: boolean;
      readonly why: string;
      readonly error?: unknown;
    }
  | { readonly kind: 'never'; readonly error: unknown };

/** The one way to the calls that Feishu counts. */
export interface Gate {
  /** Waits for the call's turn, makes it, and judges how it went. Throws only `StoreUnavailable`. */
  call<T>(call: Call<T>): Promise<Outcome<T>>;
}

export interface GateParts {
  readonly ledger: Ledger;
  /** What every call needs first. Waited for before a turn is taken: those who wait after it would all call at once. */
  readonly ready: () => Promise<unknown>;
  readonly onQuotaWait: () => void;
  readonly log: Log;
}

/**
 * Feishu allows 50 a second and 1,000 a minute. Both windows slide, and calls made evenly arrive unevenly: 22 ms and not
 * 20 leave room for a tenth of a second of it.
 */
const everybody = (kind: Counted): Quota => ({ name: kind, calls: 1_000, windowMs: 60_500, spacingMs: 22 });
/** Five a second to one person or group, which bots share. */
const oneRecipient = (recipient: string): Quota => ({
  name: `to:${recipient}`,
  calls: 5,
  windowMs: 1_050,
  spacingMs: 0,
});

/** Courtesies take at most half of any minute, and so few moments ahead that a link is hardly held up by them. */
const COURTESIES: Quota = { name: 'courtesies', calls: 500, windowMs: 60_500, spacingMs: 0 };
const COURTESY_AHEAD_MS = 300;

/** A busy process wakes late. A moment missed by more than this is given up for another one. */
const LATE_MS = 50;
const MOMENTS_TRIED = 3;

/** A job may hold its place in a worker so long; a call further away goes back to the queue. */
const AHEAD_MS = 3_000;

/** So long nobody calls after the tenant's monthly quota was found used up. */
const MONTHLY_PAUSE_MS = 10 * 60_000;

/** Quotas are kept by all processes together, the breaker by each alone: it sees what its own calls meet. */
export function createGate({ ledger, ready, onQuotaWait, log }: GateParts): Gate {
  const breakerOf = (api: Counted) =>
    createBreaker({ onOpen: (ms) => log.warn({ api, ms }, 'Feishu keeps failing: pausing') });
  const breakers = {
    start_service: breakerOf('start_service'),
    tickets: breakerOf('tickets'),
    send: breakerOf('send'),
  };
  const usedUp: Partial<Record<Counted, { readonly until: number; readonly error: unknown }>> = {};

  /** Undefined when it is the call's turn. */
  const turn = async ({ kind, recipient, courtesy }: Call<unknown>): Promise<Outcome<never> | undefined> => {
    const others = [...(recipient ? [oneRecipient(recipient)] : []), ...(courtesy ? [COURTESIES] : [])];
    const quotas = [everybody(kind), ...others] as const;
    let missed: string | undefined;
    for (let tried = 0; tried < MOMENTS_TRIED; tried += 1) {
      const { taken, inMs, moment } = await ledger.reserve(quotas, courtesy ? COURTESY_AHEAD_MS : AHEAD_MS, missed);
      if (!taken) {
        onQuotaWait();
        return { kind: 'later', afterMs: inMs, failing: false, why: 'quota' };
      }
      const due = performance.now() + inMs;
      if (inMs === 0) return undefined;
      await sleep(inMs);
      const isPaused = (await ledger.paused(quotas[0])) > 0;
      if (!isPaused && performance.now() - due < LATE_MS) return undefined;
      missed = moment;
    }
    return undefined;
  };

  /** Undefined when Feishu may be called at all. */
  const closed = ({ kind }: Call<unknown>): Outcome<never> | undefined => {
    const paid = usedUp[kind];
    if (paid && Date.now() < paid.until) return { kind: 'never', error: paid.error };
    const waitMs = breakers[kind].waitMs();
    return waitMs > 0 ? { kind: 'later', afterMs: spread(waitMs), failing: true, why: 'breaker' } : undefined;
  };

  const judge = async (error: unknown, { kind, tries }: Call<unknown>): Promise<Outcome<never>> => {
    const judged = verdict(error);
    const why = error instanceof Error ? error.message : String(error);
    if (judged === 'again') {
      breakers[kind].failed();
      return { kind: 'later', afterMs: backoff(tries + 1), failing: true, why, error };
    }
    // An answer, even a refusal, shows that Feishu works.
    breakers[kind].succeeded();
    if (judged !== 'never') {
      await ledger.pause(everybody(kind), judged.afterMs);
      return { kind: 'later', afterMs: judged.afterMs, failing: false, why, error };
    }
    if (error instanceof FeishuRefused && error.code === MONTHLY_QUOTA)
      usedUp[kind] = { until: Date.now() + MONTHLY_PAUSE_MS, error };
    return { kind: 'never', error };
  };

  return {
    call: async (call) => {
      const breaker = breakers[call.kind];
      const shut = closed(call);
      if (shut) return shut;
      const again = async () => {
        const wait = await turn(call);
        if (wait) throw new NotNow(wait);
      };
      try {
        await ready();
        const spared = await call.prepare?.();
        const wait = spared === undefined ? await turn(call) : undefined;
        if (spared !== undefined || wait) breaker.skipped();
        if (spared !== undefined) return { kind: 'done', value: spared };
        if (wait) return wait;
        const value = await call.make(again);
        breaker.succeeded();
        return { kind: 'done', value };
      } catch (error) {
        if (!(error instanceof NotNow || error instanceof StoreUnavailable)) return judge(error, call);
        breaker.skipped();
        if (error instanceof NotNow) return error.wait;
        throw error;
      }
    },
  };
}

/** A call was answered, and the one that must follow has no turn yet: the job comes back for both. */
class NotNow extends Error {
  override readonly name = 'NotNow';
  readonly wait: Outcome<never>;
  constructor(wait: Outcome<never>) {
    super('the second call has no turn yet');
    this.wait = wait;
  }
}

/** Many jobs wait for the same moment; they should not all come in it. */
const spread = (ms: number) => ms * (1 + Math.random() / 2);

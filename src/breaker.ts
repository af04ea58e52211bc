/** Stops a row of failing calls: after some in a row nothing is called for a while, then one call tries the way. */
export interface Breaker {
  /** 0: call now, and tell how it went. Else how long not to. */
  waitMs(): number;
  succeeded(): void;
  /** The call that might have been made was not. */
  skipped(): void;
  failed(): void;
}

const ROW = 8;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/** Starts closed. A probe that fails opens it again, for twice as long; one success closes it. */
export function createBreaker({
  now = Date.now,
  onOpen,
}: {
  now?: () => number;
  onOpen: (ms: number) => void;
}): Breaker {
  let failures = 0;
  let pauses = 0;
  let openUntil = 0;
  let probing = false;
  return {
    waitMs: () => {
      if (failures < ROW) return 0;
      if (now() < openUntil) return openUntil - now();
      if (probing) return FIRST_PAUSE_MS;
      probing = true;
      return 0;
    },
    succeeded: () => {
      failures = pauses = 0;
      probing = false;
    },
    skipped: () => {
      probing = false;
    },
    failed: () => {
      failures += 1;
      // Calls that began before it opened say nothing new.
      if (failures < ROW || now() < openUntil) return;
      probing = false;
      const ms = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(pauses, 10), LONGEST_PAUSE_MS);
      pauses += 1;
      openUntil = now() + ms;
      onOpen(ms);
    },
  };
}

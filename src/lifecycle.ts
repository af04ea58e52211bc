import type { Log } from './log.ts';

export interface Lifecycle {
  /** Aborted when stopping begins: for starts that take long. */
  readonly signal: AbortSignal;
  /**
   * Registers the undo of something just acquired. Undos run last to first, so start with the last hop. Throws the
   * signal's reason when stopping has begun: whoever is still starting goes no further.
   */
  onStop(what: string, undo: () => Promise<void> | void): void;
  /** Begins to stop: nothing more is acquired. */
  abort(): void;
  /** Runs every undo once, each even when another fails. Later calls wait for the first. */
  stop(): Promise<void>;
}

/** An undo stack. An undo that exceeds `limitMs` is left behind, so that stopping always ends. */
export function createLifecycle({ log, limitMs }: { log: Log; limitMs: number }): Lifecycle {
  const undos: Array<{ what: string; undo: () => Promise<void> | void }> = [];
  const stopping = new AbortController();
  let stopped: Promise<void> | undefined;
  const unwind = async () => {
    for (let entry = undos.pop(); entry; entry = undos.pop()) {
      const { what, undo } = entry;
      await within(limitMs, Promise.resolve().then(undo)).catch((err) =>
        log.warn({ err, what }, 'stopping: left behind'),
      );
    }
  };
  return {
    signal: stopping.signal,
    onStop: (what, undo) => {
      undos.push({ what, undo });
      stopping.signal.throwIfAborted();
    },
    abort: () => stopping.abort(),
    stop: () => {
      stopping.abort();
      stopped ??= unwind();
      return stopped;
    },
  };
}

/** Rejects with `TimeoutError` when the promise takes longer; the work itself goes on. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException(`no answer within ${ms} ms`, 'TimeoutError')), ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Stops the process on SIGTERM or SIGINT: exit 0 when `stop` ends, by force on a second signal or after `limitMs`.
 * An orchestrator sends SIGKILL some time after SIGTERM; we leave before that.
 */
export function stopOnSignals({ stop, log, limitMs }: { stop: () => Promise<void>; log: Log; limitMs: number }): void {
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    signals += 1;
    if (signals > 1) process.exit(1);
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(0), limitMs).unref();
    void stop().finally(() => process.exit(0));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

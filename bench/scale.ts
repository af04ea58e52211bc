/** How much is measured. */
export interface Scale {
  /** How often each contestant has its turn. */
  readonly rounds: number;
  /** Sent to each before anything is measured: the compiler of V8 needs them. */
  readonly warmUp: number;
  /** In one turn, on Redis. */
  readonly events: number;
  /** On stores that take fewer. */
  readonly slowEvents: number;
  /** Asks whose link is waited for. */
  readonly idleAsks: number;
  readonly busyAsks: number;
  /** Hand-offs that wait for the workers. */
  readonly waiting: number;
  /** Starts of each role. */
  readonly starts: number;
  /** Finished jobs that are kept. */
  readonly kept: number;
}

/** A quarter of an hour. */
export const WHOLE: Scale = {
  rounds: 7,
  warmUp: 8_000,
  events: 8_000,
  slowEvents: 1_500,
  idleAsks: 60,
  busyAsks: 300,
  waiting: 3_000,
  starts: 7,
  kept: 100_000,
};

/** Under two minutes: whether everything works, and the size of the figures. */
export const QUICK: Scale = {
  rounds: 2,
  warmUp: 2_000,
  events: 2_000,
  slowEvents: 300,
  idleAsks: 15,
  busyAsks: 50,
  waiting: 300,
  starts: 2,
  kept: 5_000,
};

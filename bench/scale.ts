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
  /** Asks before any is measured. */
  readonly warmAsks: number;
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

/** About a quarter of an hour. */
export const WHOLE: Scale = {
  rounds: 5,
  warmUp: 8_000,
  events: 5_000,
  slowEvents: 1_000,
  warmAsks: 150,
  idleAsks: 100,
  busyAsks: 150,
  waiting: 3_000,
  starts: 5,
  kept: 50_000,
};

/** About three minutes: whether everything works, and the size of the figures. */
export const QUICK: Scale = {
  rounds: 2,
  warmUp: 2_000,
  events: 1_000,
  slowEvents: 200,
  warmAsks: 30,
  idleAsks: 20,
  busyAsks: 20,
  waiting: 300,
  starts: 2,
  kept: 2_000,
};

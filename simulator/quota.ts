export interface Window {
  readonly limit: number;
  readonly ms: number;
}

/** Feishu docs, rate limits: per app and tenant, either window trips. */
export const apiWindows: readonly Window[] = [
  { limit: 50, ms: 1_000 },
  { limit: 1_000, ms: 60_000 },
];

/** Feishu docs, send message: to one user, and to one group. Updates of one card have the same limit. */
export const recipientWindows: readonly Window[] = [{ limit: 5, ms: 1_000 }];

export interface Quota {
  /** Counts one call; or answers after how many ms one would be admitted, and counts nothing. */
  admit(key: string, at: number): number | undefined;
}

/** Sliding windows: in no stretch of a window's length are more calls admitted than its limit. */
export function createQuota(windows: readonly Window[]): Quota {
  const longest = Math.max(...windows.map(({ ms }) => ms));
  const admitted = new Map<string, number[]>();
  return {
    admit(key, at) {
      const times = (admitted.get(key) ?? []).filter((time) => time > at - longest);
      const wait = Math.max(...windows.map((window) => waitFor(window, times, at)));
      admitted.set(key, wait > 0 ? times : [...times, at]);
      return wait > 0 ? wait : undefined;
    },
  };
}

function waitFor({ limit, ms }: Window, times: readonly number[], at: number): number {
  const nthLast = times[times.length - limit];
  return nthLast === undefined ? 0 : nthLast + ms - at;
}

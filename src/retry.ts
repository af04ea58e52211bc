import type { Instant } from './bot.ts';
import { FeishuRefused, FeishuUnreachable } from './feishu/errors.ts';

/** What to do about a failed call: again with growing delay, again after the server's own delay, or never. */
export type Verdict = 'again' | 'never' | { readonly afterMs: number };

/** Codes known to pass by themselves (Feishu's documentation: internal errors, load, a message just being sent). */
const PASSING: ReadonlySet<number> = new Set([155000, 1500, 2200, 5000, 230020, 230049, 11232, 11233, 11247, 18121]);

/** Too many requests; older APIs say so with status 400 and this code. */
const RATE_LIMITED = 99991400;

/** The tenant's monthly quota is used up. It may come with status 429 and must not be waited for. */
export const MONTHLY_QUOTA = 99991403;

/** Only causes known to pass are tried again; a bug is not. Feishu's code decides before the HTTP status does. */
export function verdict(error: unknown): Verdict {
  if (error instanceof FeishuUnreachable) return 'again';
  if (!(error instanceof FeishuRefused)) return 'never';
  const { code, status, resetMs } = error;
  if (code === MONTHLY_QUOTA) return 'never';
  if (code === RATE_LIMITED || status === 429)
    return resetMs === undefined ? 'again' : { afterMs: Math.max(resetMs, SHORTEST_RESET_MS) };
  if (code !== undefined && PASSING.has(code)) return 'again';
  return status >= 500 ? 'again' : 'never';
}

/** The message to reply to was recalled, deleted, hidden, or takes no replies. */
const TARGET_GONE: ReadonlySet<number | undefined> = new Set([
  230011, 230050, 230110, 230111, 230019, 230071, 230072, 231003,
]);

/**
 * The card is invalid (230099, or the sub-codes it carries), too long, or no message of its type is allowed there. What
 * is said of words (230022, 230028) is not here: a plainer form says the same words.
 */
const CARD_REFUSED: ReadonlySet<number | undefined> = new Set([230099, 200621, 200861, 100290, 11310, 230025, 230054]);

/** The way around a message that is refused for good as it is: in a plainer form, or not as a reply. */
export function detour(error: unknown): 'plainer' | 'unreplied' | undefined {
  if (!(error instanceof FeishuRefused)) return undefined;
  if (TARGET_GONE.has(error.code)) return 'unreplied';
  return CARD_REFUSED.has(error.code) ? 'plainer' : undefined;
}

/** A reset of 0 means "now", and would be asked again and again. */
const SHORTEST_RESET_MS = 1_000;
/** Feishu remembers the `uuid` of a message for an hour. */
const TRY_FOR_MS = 50 * 60_000;

/** No try begins when it is so late after the first that failed; who waits is told in the end. */
export const isOutOfTime = (failingSince: Instant, nextTryAt: Instant): boolean =>
  nextTryAt > failingSince + TRY_FOR_MS;

/** With a minute to spare for clocks and the call itself. */
const REMEMBERED_MS = 59 * 60_000;

/** Whether Feishu may have forgotten the `uuid` of a message that was tried first then: it could be shown twice. */
export const isForgotten = (failingSince: Instant, now: Instant): boolean => now > failingSince + REMEMBERED_MS;

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/**
 * How long to wait before try number `tries` + 1: half a second, doubling up to 30 s, each between 50 and 100 % so that
 * many jobs that failed together do not come back together.
 */
export function backoff(tries: number, random: () => number = Math.random): number {
  const full = Math.min(FIRST_DELAY_MS * 2 ** Math.min(tries - 1, 10), LONGEST_DELAY_MS);
  return Math.round(full * (0.5 + random() / 2));
}

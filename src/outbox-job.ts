import type { Alert } from './alert.ts';
import type { FeishuApi } from './feishu/api.ts';
import { FeishuRefused } from './feishu/errors.ts';
import type { Gate } from './gate.ts';
import { type JobInHand, type OutboxJob, parseOutboxJob, type Settled } from './jobs.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

export interface OutboxParts {
  readonly api: FeishuApi;
  readonly gate: Gate;
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly alert: Alert;
  readonly log: Log;
  readonly reuseMs: number;
  readonly limitMs: number;
}

/** Sends one message. The job's id is its `uuid`, so a run that is repeated shows nothing twice. */
export async function runOutbox(job: JobInHand, parts: OutboxParts): Promise<Settled> {
  const data = parseOutboxJob(job.data);
  const { to, card } = data.message;
  const recipient = to.kind === 'group' ? to.group : to.person;
  const make = () => parts.api.send(to, card, job.id);
  const outcome = await parts.gate.call({ kind: 'send', recipient, tries: data.tries, make });
  if (outcome.kind === 'done') return sent(job, data, parts);
  const failingSince = data.failingSince ?? Date.now();
  const line = { eventId: data.eventId, jobId: job.id };
  const givesUp = outcome.kind === 'never' || Date.now() + outcome.afterMs > failingSince + parts.limitMs;
  if (givesUp) return unsent(line, outcome.error, parts);
  const { afterMs, why, error } = outcome;
  // The time runs from the first call: what only waited for its turn is not protected by a `uuid` yet.
  if (error !== undefined) await job.save({ ...data, tries: data.tries + 1, failingSince });
  parts.log.info({ ...line, why, afterMs }, 'message waits');
  return { laterMs: afterMs, why };
}

async function sent(job: JobInHand, { eventId, askedAt, link }: OutboxJob, parts: OutboxParts): Promise<Settled> {
  const { ledger, metrics, log, reuseMs } = parts;
  const now = Date.now();
  // The reuse of a chat counts from its first link, which may have waited.
  if (link?.isNew) await ledger.endAt(link.person, link.chat, now + reuseMs);
  if (link) metrics.linkSent((now - askedAt) / 1000);
  log.info({ eventId, jobId: job.id }, 'message sent');
  return 'done';
}

/** The person left, muted the bot, or must not be written to: theirs to know, not a fault of ours to be woken for. */
const PERSONAL: ReadonlySet<number | undefined> = new Set([
  230013, 230029, 230034, 230035, 230038, 230053, 99992351, 99992361,
]);

async function unsent(line: object, error: unknown, { metrics, alert, log }: OutboxParts): Promise<Settled> {
  const why = error instanceof Error ? error.message : String(error ?? 'out of time');
  const code = error instanceof FeishuRefused ? error.code : undefined;
  metrics.undelivered(code === undefined ? 'unreachable' : String(code));
  log.error({ ...line, why }, 'message cannot be sent');
  if (!PERSONAL.has(code)) await alert.failure('A message cannot be sent', error);
  return { failed: why };
}

import type { Alert } from './alert.ts';
import type { Address, Language } from './bot.ts';
import type { FeishuApi, Sent } from './feishu/api.ts';
import { FeishuRefused, logIdOf } from './feishu/errors.ts';
import { plainerThan, uuidOf } from './forms.ts';
import type { Gate } from './gate.ts';
import {
  type JobInHand,
  newOutboxJob,
  type OutboxJob,
  parseOutboxJob,
  type Settled,
  siblingId,
  withAttempt,
} from './jobs.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Outbox } from './queue.ts';
import { detour, isForgotten, isOutOfTime } from './retry.ts';

export interface OutboxParts {
  readonly api: Pick<FeishuApi, 'send'>;
  readonly gate: Gate;
  readonly queues: Outbox;
  readonly ledger: Pick<Ledger, 'endAt'>;
  readonly metrics: Pick<Metrics, 'cardRefused' | 'linkSent' | 'undelivered'>;
  readonly alert: Alert;
  readonly log: Log;
  readonly reuseMs: number;
  /** Where no client can choose one and none is known of the person. */
  readonly language: Language;
}

/** A courtesy that waited longer has missed its moment. */
const COURTESY_LIMIT_MS = 10 * 60_000;
/** Courtesies that wait for each other's turn come back ever more sparsely, so that the queue is left to the links. */
const LONGEST_COURTESY_WAIT_MS = 30_000;

/** Sends one message under a `uuid` of its own, so a run that is repeated shows nothing twice. */
export async function runOutbox(job: JobInHand, parts: OutboxParts): Promise<Settled> {
  const data = parseOutboxJob(job.data);
  const { courtesy = false } = data.message;
  if (courtesy && Date.now() > job.writtenAt + COURTESY_LIMIT_MS) return dropped(job, data, parts);
  // It slept longer than was planned, or an operator has it run again.
  if (data.failingSince !== undefined && isForgotten(data.failingSince, Date.now()))
    return unsent(job, data, undefined, parts);
  const outcome = await send(job.id, data, parts);
  if (outcome.kind === 'done') return sent(job, data, outcome.value, parts);
  const other = outcome.kind === 'never' ? otherWay(data, outcome.error) : undefined;
  if (other) return goOn(job, data, other, outcome.error, parts);
  const failingSince = data.failingSince ?? Date.now();
  const givesUp = outcome.kind === 'never' || isOutOfTime(failingSince, Date.now() + outcome.afterMs);
  if (givesUp) return unsent(job, data, outcome.error, parts);
  const { afterMs, why, error } = outcome;
  // The time runs from the first call: what only waited for its turn is not protected by a `uuid` yet.
  if (error !== undefined) {
    const tried = withAttempt(data.tried, { at: Date.now(), why });
    await job.save({ ...data, tries: data.tries + 1, failingSince, tried });
  }
  parts.log.info({ ...lineOf(job, data), logId: logIdOf(error), why, afterMs }, 'message waits');
  return { laterMs: courtesy ? afterMs + politely(job) : afterMs, why };
}

const politely = ({ starts }: JobInHand) => Math.random() * Math.min(2 ** starts * 1_000, LONGEST_COURTESY_WAIT_MS);

/** Nobody waits for it: no failure, and nobody is alarmed. */
function dropped(job: JobInHand, data: OutboxJob, { metrics, log }: OutboxParts): Settled {
  metrics.undelivered('dropped');
  log.info(lineOf(job, data), 'courtesy dropped: it waited too long');
  return { done: { dropped: 'it waited too long' } };
}

function lineOf({ id }: JobInHand, { eventId, name, message: { to } }: OutboxJob) {
  return { eventId, jobId: id, name, ...(to.kind === 'group' ? { group: to.group } : { person: to.person }) };
}

function send(jobId: string, data: OutboxJob, { gate, api, language }: OutboxParts) {
  const { message, form, unreplied, tries } = data;
  const { card, language: wrote = language, courtesy = false } = message;
  const to: Address =
    unreplied && message.to.kind === 'reply' ? { kind: 'person', person: message.to.person } : message.to;
  return gate.call({
    kind: 'send',
    recipient: to.kind === 'group' ? to.group : to.person,
    courtesy,
    tries,
    make: (again) => api.send(to, { card, form, language: wrote }, uuidOf(jobId, data), again),
  });
}

/** The job as it goes on after a refusal, when there is a way left; each is tried once. */
function otherWay(data: OutboxJob, error: unknown): OutboxJob | undefined {
  const around = detour(error);
  const form = plainerThan(data.form);
  const tried = withAttempt(data.tried, { at: Date.now(), why: reasonOf(error) });
  if (around === 'plainer' && form) return { ...data, form, tried };
  if (around === 'unreplied' && data.message.to.kind === 'reply' && !data.unreplied)
    return { ...data, unreplied: true, tried };
  return undefined;
}

/** A card that Feishu refuses is a fault of ours; the person is helped first. */
async function goOn(
  job: JobInHand,
  data: OutboxJob,
  other: OutboxJob,
  error: unknown,
  parts: OutboxParts,
): Promise<Settled> {
  await job.save(other);
  const { form } = data;
  if (other.form === form) return runOutbox({ ...job, data: other }, parts);
  parts.metrics.cardRefused(form);
  parts.log.error({ ...lineOf(job, data), form, logId: logIdOf(error), why: reasonOf(error) }, 'card refused');
  const settled = await runOutbox({ ...job, data: other }, parts);
  await parts.alert.failure('Feishu refuses a card; it is sent in a plainer form', error);
  return settled;
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error ?? 'out of time'));

async function sent(job: JobInHand, data: OutboxJob, { messageId, logId }: Sent, parts: OutboxParts): Promise<Settled> {
  const { askedAt, link } = data;
  const { ledger, metrics, log, reuseMs } = parts;
  const now = Date.now();
  // The reuse of a chat counts from its first link, which may have waited.
  if (link?.isNew) await ledger.endAt(link.person, link.chat, now + reuseMs);
  await follow(job, data, 'sent', parts);
  if (link) metrics.linkSent((now - askedAt) / 1000);
  log.info({ ...lineOf(job, data), messageId, logId }, 'message sent');
  return { done: { at: now, messageId, logId } };
}

/** Whoever dies here sends again under the same `uuid`, and comes here again. */
async function follow(job: JobInHand, data: OutboxJob, how: 'sent' | 'unsent', { queues }: OutboxParts): Promise<void> {
  const next = data.message.after?.[how];
  if (!next) return;
  const { name, ...message } = next;
  const { eventId, askedAt } = data;
  await queues.say(siblingId(job.id, name), newOutboxJob({ eventId, name, askedAt, message }));
}

/** The person left, muted the bot, or must not be written to: theirs to know, not a fault of ours to be woken for. */
const PERSONAL: ReadonlySet<number | undefined> = new Set([
  230013, 230029, 230034, 230035, 230038, 230053, 99992351, 99992361,
]);

async function unsent(job: JobInHand, data: OutboxJob, error: unknown, parts: OutboxParts): Promise<Settled> {
  const { metrics, alert, log } = parts;
  await follow(job, data, 'unsent', parts);
  const why = reasonOf(error);
  const code = error instanceof FeishuRefused ? error.code : undefined;
  metrics.undelivered(code === undefined ? 'unreachable' : String(code));
  log.error({ ...lineOf(job, data), logId: logIdOf(error), why }, 'message cannot be sent');
  if (!PERSONAL.has(code)) await alert.failure('A message cannot be sent', error);
  return { failed: why };
}

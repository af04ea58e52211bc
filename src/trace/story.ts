import type { Instant } from '../bot.ts';
import { type Attempt, parseHandoffJob, parseOutboxJob, referenceOf } from '../jobs.ts';
import type { Hiding } from '../log.ts';
import type { Found, Kept } from './find.ts';

/** One thing that happened, or is to happen, to a request. */
export interface Step {
  readonly at: Instant;
  readonly what: string;
}

export interface Story {
  readonly reference: string;
  readonly jobId: string;
  readonly steps: readonly Step[];
}

/** What is kept of a request, in the order in which it happened. Text of people is not part of it. */
export function tell({ handoffId, jobs }: Kept, hide: Hiding): Story {
  const steps = jobs.flatMap((found) => stepsOf(found, hide)).sort((a, b) => a.at - b.at);
  return { reference: referenceOf(handoffId), jobId: handoffId, steps };
}

function stepsOf(found: Found, hide: Hiding): Step[] {
  const { job, queue, state } = found;
  const name = queue === 'handoff' ? 'hand-off' : `message "${String(job.id).split('-')[1] ?? job.id}"`;
  const steps = [...read(found, name, hide), ...ending(found, name)];
  if (state === 'delayed') steps.push({ at: lastOf(job) + job.delay, what: `${name}: to be tried again about now` });
  if (state === 'active') steps.push({ at: job.processedOn ?? job.timestamp, what: `${name}: at work` });
  if (state === 'waiting' || state === 'prioritized')
    steps.push({ at: job.timestamp, what: `${name}: waits for a worker` });
  return steps.map(({ at, what }) => ({ at, what: hide.within(what) }));
}

/** A job of another release may say things nobody understands: then only BullMQ's part of it is told. */
function read(found: Found, name: string, hide: Hiding): Step[] {
  try {
    return found.queue === 'handoff' ? handoffSteps(found, hide) : messageSteps(found, name, hide);
  } catch {
    return [{ at: found.job.timestamp, what: `${name}: written; its content cannot be read` }];
  }
}

function handoffSteps({ job }: Found, hide: Hiding): Step[] {
  const { eventId, ask, decision, chat, repeated, refused, tried } = parseHandoffJob(job.data);
  const place = ask.group ? `group ${hide.id(ask.group)}` : 'private';
  const rule = decision ? `: ${decision.decision} by rule ${decision.rule}` : '';
  const ticket = chat?.ticketId ? `, ticket ${chat.ticketId}` : '';
  return [
    {
      at: ask.at,
      what: `${hide.id(ask.person)} asks (${[ask.source, ask.menuKey, place].filter(Boolean).join(', ')})`,
    },
    { at: job.timestamp, what: `event ${eventId} taken${rule}` },
    ...attempts(tried, ''),
    ...(chat ? [{ at: chat.openedAt, what: `chat ${chat.chatId} opened${ticket}` }] : []),
    ...(repeated
      ? [{ at: lastOf(job), what: `has chat ${repeated.chatId} already, opened ${clock(repeated.openedAt)}` }]
      : []),
    ...(refused ? [{ at: lastOf(job), what: `refused (${refused.cause})` }] : []),
  ];
}

function messageSteps({ job }: Found, name: string, hide: Hiding): Step[] {
  const { message, form, decision, tried, askedAt, eventId } = parseOutboxJob(job.data);
  const { to } = message;
  const whom = to.kind === 'group' ? `group ${hide.id(to.group)}` : hide.id(to.person);
  const shape = form === 'card' ? '' : `, as ${form}`;
  const origin = decision
    ? [{ at: askedAt, what: `event ${eventId}: ${decision.decision} by rule ${decision.rule}` }]
    : [];
  return [
    ...origin,
    { at: job.timestamp, what: `${name} written, for ${whom} (${to.kind}${shape})` },
    ...attempts(tried, `${name}: `),
  ];
}

/** A reason names the call itself. */
const attempts = (tried: readonly Attempt[], prefix: string): Step[] =>
  tried.map(({ at, logId, why }) => ({
    at,
    what: `${prefix}${why ?? `start_service answered, log id ${logId ?? 'none'}`}`,
  }));

function ending({ job, queue, state }: Found, name: string): Step[] {
  if (job.finishedOn === undefined) return [];
  const starts = job.attemptsStarted > 1 ? `, after ${job.attemptsStarted} starts` : '';
  if (state === 'failed') return [{ at: job.finishedOn, what: `${name} failed: ${job.failedReason}${starts}` }];
  const { outcome, dropped, messageId, logId } = (job.returnvalue ?? {}) as Readonly<Record<string, unknown>>;
  const sent = dropped ? ` dropped: ${dropped}` : ` sent as ${messageId ?? '–'}, log id ${logId ?? 'none'}`;
  return [{ at: job.finishedOn, what: `${name}${queue === 'handoff' ? `: ${outcome ?? 'done'}` : sent}${starts}` }];
}

const lastOf = (job: Found['job']): Instant => job.processedOn ?? job.timestamp;

const clock = (at: Instant) => new Date(at).toISOString();

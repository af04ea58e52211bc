import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Ask, ChatId, Decision, Instant, MessageId, OpenId } from './bot.ts';
import { FORMS } from './forms.ts';
import { id, instant, language, message } from './said-schema.ts';

/**
 * What stands in the queue. `v` is the version: a release reads what the one before wrote.
 * Parsed on the way out, never cast: a job may be older than the code, or have been edited by hand.
 */
const VERSION = 1;

const chat = z.object({ chatId: id<ChatId>(), ticketId: z.string().exactOptional(), openedAt: instant });

const ask = z.object({
  person: id<OpenId>(),
  at: instant,
  source: z.enum(['message', 'menu', 'press']),
  text: z.string().exactOptional(),
  messageId: id<MessageId>().exactOptional(),
  group: id<ChatId>().exactOptional(),
  menuKey: z.string().exactOptional(),
  language: language.exactOptional(),
  insteadOf: instant.exactOptional(),
  doubtful: z.literal(true).exactOptional(),
}) satisfies z.ZodType<Ask>;

/** For `trace` alone: nothing decides by it. */
const decision = z.object({ decision: z.enum(['human', 'unsure', 'other', 'cancel']), rule: z.string() });

/** One call to Feishu that was answered or failed: when, under which of Feishu's log ids, and why it was no success. */
const attempt = z.object({ at: instant, logId: z.string().exactOptional(), why: z.string().exactOptional() });
export type Attempt = z.infer<typeof attempt>;
const tried = z.array(attempt).default([]);

const handoffJob = z.object({
  v: z.literal(VERSION),
  eventId: z.string(),
  ask,
  decision: decision.exactOptional(),
  /** Saved the moment it was opened, so that no later run opens another. */
  chat: chat.optional(),
  /** The chat the person had already; saved before they are told, so that no later run opens one unannounced. */
  repeated: chat.optional(),
  /** Saved before the person is told, so that no later run tells otherwise. */
  refused: z.object({ cause: z.enum(['no-access', 'failed']), why: z.string() }).optional(),
  /** Set before each call of `start_service` and taken away by an answer: a run that finds it cannot know what Feishu did. */
  attemptedAt: instant.optional(),
  /** An operator has it run again, and it was not tried since. */
  anew: z.literal(true).optional(),
  /** Failed tries so far, and when the first failed. */
  tries: z.number().default(0),
  failingSince: instant.optional(),
  tried,
});

const outboxJob = z.object({
  v: z.literal(VERSION),
  eventId: z.string(),
  name: z.string(),
  askedAt: instant,
  message,
  /** Present on the message that leads to the chat: when it is sent, the reuse of that chat begins to count. */
  link: z.object({ person: id<OpenId>(), chat, isNew: z.boolean() }).optional(),
  /** Saved before it is tried: a run that is repeated must not show the message in another form as well. */
  form: z.enum(FORMS).default('card'),
  /** The message to answer under is gone: what was a reply goes to the person. Saved like `form`. */
  unreplied: z.literal(true).exactOptional(),
  decision: decision.exactOptional(),
  tries: z.number().default(0),
  failingSince: instant.optional(),
  tried,
});

/** A job that a worker has taken, free from BullMQ. */
export interface JobInHand {
  readonly id: string;
  /** As it stands in the store: not parsed yet. */
  readonly data: unknown;
  readonly writtenAt: Instant;
  /** How often it has been started, this time included. */
  readonly starts: number;
  /** Replaces the data; throws `StoreUnavailable`. */
  save(data: object): Promise<void>;
}

/** How a run ends: for good, well (with what is kept of it for a day) or not, or to be run again after a while. */
export type Settled =
  | { readonly done: object }
  | { readonly laterMs: number; readonly why: string }
  | { readonly failed: string };

export type HandoffJob = z.infer<typeof handoffJob>;
export type OutboxJob = z.infer<typeof outboxJob>;

export const newHandoffJob = (eventId: string, asked: Ask, decided?: Decision): HandoffJob => ({
  v: VERSION,
  eventId,
  ask: asked,
  ...(decided && { decision: decided }),
  tries: 0,
  tried: [],
});

export const newOutboxJob = (fields: Omit<OutboxJob, 'v' | 'tries' | 'tried' | 'form'>): OutboxJob => ({
  v: VERSION,
  tries: 0,
  tried: [],
  form: 'card',
  ...fields,
});

/** The ask when it is clear that a human is wanted. */
export function withoutDoubt({ doubtful: _, ...asked }: Ask): Ask {
  return asked;
}

/**
 * The data of a failed job, to be run again because an operator wants it. A hand-off that was refused is tried as if for
 * the first time, so one that is old by now asks the person first; its ticket, where there may be one, is still looked
 * for. A message goes on as it is, under its `uuid`.
 */
export function anew(data: unknown): unknown {
  const { success, data: job } = handoffJob.safeParse(data);
  if (!success || !job.refused) return data;
  const { refused: _, failingSince: __, ...kept } = job;
  return { ...kept, ask: withoutDoubt(job.ask), tries: 0, anew: true } satisfies HandoffJob;
}

const ATTEMPTS_KEPT = 20;

/** The newest of them; the first is kept too, since it tells when the trouble began. */
export const withAttempt = (before: readonly Attempt[], next: Attempt): Attempt[] =>
  before.length < ATTEMPTS_KEPT ? [...before, next] : [...before.slice(0, 1), ...before.slice(2), next];

/** @throws ZodError, whose message quotes no values. */
export const parseHandoffJob = (data: unknown): HandoffJob => handoffJob.parse(data);
export const parseOutboxJob = (data: unknown): OutboxJob => outboxJob.parse(data);

/**
 * The id of an ask's job: the same for every delivery of the same event, and never another's. BullMQ refuses ids
 * of digits alone and ids with one colon, hence the letter and the hash.
 */
export function handoffJobId(appId: string, identity: string): string {
  return `h${hash('sha256', `${appId}\0${identity}`).slice(0, 32)}`;
}

/** At most 46 characters: names have 12 at most. */
export const outboxJobId = (handoffId: string, name: string): string => `${handoffId}-${name}`;

/** The id of another message of the same ask. */
export const siblingId = (outboxId: string, name: string): string =>
  outboxJobId(outboxId.slice(0, outboxId.indexOf('-')), name);

/** What a person can read out on the phone: the head of the job id. The log carries it beside the id. */
export const referenceOf = (handoffId: string): string => handoffId.slice(1, 7).toUpperCase();

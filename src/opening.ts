import type { Ask, Instant, OpenId, Opening, RefusalCause, ServiceChat } from './bot.ts';
import { chatLink, type FeishuApi, type StartedService } from './feishu/api.ts';
import type { Again } from './feishu/client.ts';
import { FeishuRefused } from './feishu/errors.ts';
import type { Gate, Outcome } from './gate.ts';
import { type HandoffJob, withAttempt } from './jobs.ts';
import { endReuse, type Ledger } from './ledger.ts';
import { isOutOfTime } from './retry.ts';

type Postponed = Extract<Outcome<never>, { kind: 'later' }>;

/** One run of a hand-off job. `save` writes into the job, so that the next run, after a crash, knows. */
export interface Run {
  readonly jobId: string;
  readonly data: HandoffJob;
  readonly save: (facts: Partial<HandoffJob>) => Promise<void>;
  /** How often the job has been started, this time included. */
  readonly starts: number;
}

/** How a run ended, with what the worker needs to settle the job. */
export interface Ended {
  readonly opening: Opening;
  readonly chat?: ServiceChat;
  /** When to run again, for `again` and `busy`. */
  readonly afterMs?: number;
  /** The failure in the words of the log; no message text. */
  readonly why?: string;
  readonly error?: unknown;
  /** Of the answer that opened the chat. */
  readonly logId?: string;
}

/** What looking for the ticket of an unanswered call brought. */
export type Found = 'chat' | 'ticket' | 'nothing' | 'unknown';

export interface OpeningParts {
  readonly api: FeishuApi;
  readonly gate: Gate;
  readonly ledger: Ledger;
  readonly appLinkUrl: string;
  readonly lateMs: number;
  readonly onAmbiguous: (found: Found) => void;
}

/** Longer than the usual waits between two tries: a claim should not lapse while its job sleeps. */
const CLAIM_MS = 10 * 60_000;
/** Longer than the outbox tries to send a link. */
const KEEP_MS = 60 * 60_000;
/** Our clock and Feishu's may differ a little. */
const CLOCK_SLACK_MS = 5_000;
const FIRST_BUSY_MS = 300;
const LONGEST_BUSY_MS = 10_000;

/**
 * Opens the person's chat, once: what an earlier run saved → too late? → a chat they want no more → the claim → what an
 * earlier call may have left → `start_service`. Whoever dies in between leaves a saved chat, or a claim and a mark that
 * the next run takes up.
 */
export async function openChat(run: Run, customizedInfo: string, parts: OpeningParts): Promise<Ended> {
  const { ask, chat, repeated, refused } = run.data;
  if (chat) return opened(run, chat, parts);
  if (repeated) return sameChat(repeated, parts);
  if (refused) return { opening: { kind: 'refused', cause: refused.cause }, why: refused.why };
  if (isLate(run, parts.lateMs)) return { opening: { kind: 'late' } };
  if (ask.insteadOf !== undefined)
    await endReuse(parts.ledger, ask.person, ({ openedAt }) => openedAt === ask.insteadOf);
  const claim = await parts.ledger.claim(ask.person, run.jobId, ask.at, CLAIM_MS);
  if (claim.state === 'busy') return { opening: { kind: 'busy' }, afterMs: busyDelay(run) };
  if (claim.state === 'mine') return callDesk(run, customizedInfo, parts);
  await run.save({ repeated: claim.chat, ask: withoutText(ask) });
  return sameChat(claim.chat, parts);
}

/** What has been tried already is no late request, but one that takes long; unless the person was told that it failed. */
const isLate = ({ data: { ask, tries, attemptedAt, anew } }: Run, lateMs: number) =>
  tries === 0 && (attemptedAt === undefined || anew) && Date.now() - ask.at > lateMs;

const sameChat = (chat: ServiceChat, parts: OpeningParts): Ended => ({
  opening: { kind: 'repeated', ...linkOf(chat, parts) },
  chat,
});

/** `start_service` has no idempotency key: after a call without an answer its ticket may be there already. */
async function findLeft(
  { person }: Ask,
  attemptedAt: number,
  parts: OpeningParts,
): Promise<StartedService | undefined> {
  const noted = await parts.ledger.noted(person);
  const told = noted && noted.openedAt >= attemptedAt - CLOCK_SLACK_MS ? noted : undefined;
  const ticket = told ?? (await listTickets(person, attemptedAt, parts));
  if (ticket === 'unknown' || ticket === undefined || !ticket.chatId) {
    parts.onAmbiguous(ticket === 'unknown' ? 'unknown' : ticket ? 'ticket' : 'nothing');
    return undefined;
  }
  parts.onAmbiguous('chat');
  return { ...ticket, chatId: ticket.chatId };
}

/** Many jobs come back at once after a crash: their looks take turns like the calls themselves. */
async function listTickets(person: OpenId, since: Instant, { api, gate }: OpeningParts) {
  const outcome = await gate.call({ kind: 'tickets', tries: 0, make: (again) => api.findTicket(person, since, again) });
  return outcome.kind === 'done' ? outcome.value : ('unknown' as const);
}

async function callDesk(run: Run, info: string, parts: OpeningParts): Promise<Ended> {
  const { ask, attemptedAt, tries } = run.data;
  const prepare = async () => {
    const left = attemptedAt === undefined ? undefined : await findLeft(ask, attemptedAt, parts);
    if (!left) await run.save({ attemptedAt: Date.now(), anew: undefined });
    return left;
  };
  const make = (again: Again) => parts.api.startService(ask.person, info, again);
  const outcome = await parts.gate.call({ kind: 'start_service', tries, prepare, make });
  if (outcome.kind === 'done') return keep(run, outcome.value, parts);
  const failingSince = run.data.failingSince ?? Date.now();
  const givesUp = outcome.kind === 'never' || isOutOfTime(failingSince, Date.now() + outcome.afterMs);
  return givesUp ? refuse(run, outcome.error) : postpone(run, failingSince, outcome);
}

async function keep(run: Run, started: StartedService, parts: OpeningParts): Promise<Ended> {
  const { logId, ...service } = started;
  const chat = { ...service, openedAt: Date.now() };
  const tried = withAttempt(run.data.tried, { at: chat.openedAt, ...(logId !== undefined && { logId }) });
  // What the person wrote is the desk's now, and nobody else's.
  await run.save({ chat, ask: withoutText(run.data.ask), attemptedAt: undefined, tried });
  return { ...(await opened(run, chat, parts)), ...(logId !== undefined && { logId }) };
}

async function opened(run: Run, chat: ServiceChat, parts: OpeningParts): Promise<Ended> {
  await parts.ledger.keep(run.data.ask.person, chat, KEEP_MS);
  return { opening: { kind: 'opened', ...linkOf(chat, parts) }, chat };
}

/** Saved before anybody is told. */
export async function refuse(run: Run, error: unknown): Promise<Ended> {
  const cause = causeOf(error);
  const why = error instanceof Error ? error.message : String(error ?? 'out of time');
  const tried = withAttempt(run.data.tried, { at: Date.now(), why });
  await run.save({ refused: { cause, why }, ask: withoutText(run.data.ask), tried });
  return { opening: { kind: 'refused', cause }, why, error };
}

async function postpone(run: Run, since: number, { afterMs, failing, why, error }: Postponed): Promise<Ended> {
  const tries = run.data.tries + (error === undefined ? 0 : 1);
  // A quota that is full is nobody's failure, and nothing was opened: the person hears nothing of it.
  const tried = error === undefined ? run.data.tried : withAttempt(run.data.tried, { at: Date.now(), why });
  await run.save({ tries, tried, ...(failing ? { failingSince: since } : { attemptedAt: undefined }) });
  return { opening: { kind: 'again', failingForMs: failing ? Date.now() - since : 0 }, afterMs, why, error };
}

const NO_ACCESS = 154402;

const causeOf = (error: unknown): RefusalCause =>
  error instanceof FeishuRefused && error.code === NO_ACCESS ? 'no-access' : 'failed';

const linkOf = (chat: ServiceChat, { appLinkUrl }: OpeningParts) => ({
  link: chatLink(appLinkUrl, chat.chatId),
  since: chat.openedAt,
});

/** Short at first, since the other ask is mostly done at once; growing, since Feishu may be down. */
const busyDelay = ({ starts }: Run) => Math.min(FIRST_BUSY_MS * 1.5 ** Math.min(starts - 1, 20), LONGEST_BUSY_MS);

/** The ask as it may be kept: what the person wrote leaves the job when the job ends. */
export function withoutText({ text: _, ...ask }: Ask): Ask {
  return ask;
}

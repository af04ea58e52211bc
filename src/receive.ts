import type { Ask, BotEvent, Decision, EventTools, Handlers, OpenId, PressEvent, ServiceChat } from './bot.ts';
import { toPressReply } from './feishu/cards.ts';
import type { Json } from './feishu/delivery.ts';
import { readEvent } from './feishu/events.ts';
import { newOutboxJob, outboxJobId } from './jobs.ts';
import { endReuse, type Ledger } from './ledger.ts';
import { within } from './lifecycle.ts';
import type { Log } from './log.ts';
import { createMemory } from './memory.ts';
import type { Metrics } from './metrics.ts';
import type { Queues } from './queue.ts';
import { StoreUnavailable } from './store/contract.ts';

/** The bot cannot judge this event yet; Feishu is asked, by a refusal, to deliver it again. */
class NotReady extends Error {
  override readonly name = 'NotReady';
}

/** Tells why an event was not taken, whichever way it came. */
export function tellNotTaken(error: unknown, log: Log): void {
  if (error instanceof NotReady) log.warn({ why: error.message }, 'delivery not taken yet; Feishu delivers it again');
  else log.error({ err: error }, 'delivery not taken; Feishu delivers it again');
}

/** Under Feishu's three seconds: a handler may go to the store more than once. */
const HANDLER_LIMIT_MS = 1_900;

/** Longer than any hand-off is tried. */
const NOTE_MS = 60 * 60_000;

/** `duplicate`: all that it asked to be written was there already. */
export type ReceivedOutcome = 'accepted' | 'duplicate' | 'ignored' | 'unavailable';

export interface Received {
  readonly kind: string;
  /** For counting. A promise where the store must be asked: Feishu's answer does not wait for it, and it never rejects. */
  readonly outcome: ReceivedOutcome | Promise<ReceivedOutcome>;
  /** What Feishu is told at once; nothing in particular for most events. */
  readonly reply?: object;
}

export interface ReceiveParts {
  readonly handlers: Handlers;
  readonly queues: Pick<Queues, 'handoff' | 'idOf' | 'say'>;
  readonly ledger: Pick<Ledger, 'endAt' | 'kept' | 'note' | 'placeOf' | 'forget' | 'served'>;
  /** The bot's own open_id, once known. */
  readonly me: () => OpenId | undefined;
  readonly metrics: Pick<Metrics, 'decided'>;
  readonly log: Log;
}

/** Takes one opened event to its handler. When it answers, whatever the person wants is in the queue. */
export type Receive = (payload: Json) => Promise<Received>;

/** The returned function throws `StoreUnavailable` or `NotReady`; both mean that the event is still Feishu's. */
export function createReceive({ handlers, queues, ledger, me, metrics, log }: ReceiveParts): Receive {
  const toolsFor = (event: BotEvent, written: Promise<boolean>[]): EventTools => {
    const { eventId, person, at: askedAt } = event;
    const line = { eventId, jobId: queues.idOf(event), person };
    let decision: Decision | undefined;
    return {
      ...createMemory({ ledger, person, jobId: line.jobId }),
      requestHandoff: async (ask: Ask) => {
        const { isNew } = await queues.handoff(event, ask, decision);
        log.info({ ...line, source: ask.source }, 'hand-off accepted');
        written.push(isNew());
      },
      say: async (name, message) => {
        const job = newOutboxJob({ eventId, name, askedAt, message, ...(decision && { decision }) });
        const { isNew } = await queues.say(outboxJobId(queues.idOf(event), name), job);
        written.push(isNew());
      },
      decided: (made) => {
        decision = made;
        metrics.decided(made);
        const { kind, at } = event;
        log[made.unknown === undefined ? 'info' : 'warn'](
          { ...line, kind, at: new Date(at).toISOString(), ...made, ...placeOf(event) },
          'decided',
        );
      },
    };
  };
  return async (payload) => {
    const reading = readEvent(payload, me());
    if (reading.is === 'unready') throw new NotReady('the bot does not know its own open_id yet');
    if (reading.is === 'chat') {
      await inTime(ledger.note(reading.person, reading.chat, NOTE_MS));
      return { kind: reading.kind, outcome: 'accepted' };
    }
    if (reading.is === 'closed') {
      await inTime(endReuse(ledger, reading.person, (chat) => isOf(chat, reading)));
      return { kind: reading.kind, outcome: 'accepted' };
    }
    if (reading.is === 'ignored') {
      log.debug({ eventId: reading.eventId, kind: reading.kind, why: reading.why }, 'ignored');
      return { kind: reading.kind, outcome: 'ignored' };
    }
    const written: Promise<boolean>[] = [];
    return take(reading.event, handlers, toolsFor(reading.event, written), written);
  };
}

/** A chat outlives its tickets: where both are told, it is the ticket that counts. */
const isOf = (chat: Ticket, closed: Ticket): boolean =>
  chat.chatId === closed.chatId &&
  (chat.ticketId === undefined || closed.ticketId === undefined || chat.ticketId === closed.ticketId);

type Ticket = Pick<ServiceChat, 'chatId' | 'ticketId'>;

/** Where a message stands: what support is told by the person who wrote it. */
const placeOf = (event: BotEvent) =>
  event.kind === 'message' ? { messageId: event.messageId, group: event.group } : {};

type Writes = readonly Promise<boolean>[];

async function take(event: BotEvent, handlers: Handlers, tools: EventTools, written: Writes): Promise<Received> {
  if (event.kind === 'press') return answerPress(event, handlers, tools, written);
  await inTime(handle(event, handlers.events, tools));
  return { kind: event.kind, outcome: outcomeOf(written) };
}

async function outcomeOf(written: Writes): Promise<ReceivedOutcome> {
  const areNew = await Promise.all(written);
  return areNew.length > 0 && !areNew.includes(true) ? 'duplicate' : 'accepted';
}

function handle(event: Exclude<BotEvent, PressEvent>, events: Handlers['events'], tools: EventTools) {
  if (event.kind === 'message') return events.message(event, tools);
  return event.kind === 'menu' ? events.menu(event, tools) : events.entered(event, tools);
}

/** What comes too late is left with Feishu, and is harmless twice. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  try {
    return await within(HANDLER_LIMIT_MS, work);
  } catch (error) {
    throw error instanceof DOMException ? new StoreUnavailable(error) : error;
  }
}

/** A press is never delivered again: when the queue is away, it is the person who must press again. */
async function answerPress(
  event: PressEvent,
  { events, pressAgain }: Handlers,
  tools: EventTools,
  written: Writes,
): Promise<Received> {
  try {
    const reply = toPressReply(await inTime(events.press(event, tools)));
    return { kind: event.kind, outcome: outcomeOf(written), reply };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return { kind: event.kind, outcome: 'unavailable', reply: toPressReply(pressAgain()) };
  }
}

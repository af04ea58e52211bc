/**
 * The contract between what the bot does (`handlers/`) and how it happens (`src/`). Types only.
 *
 * Glossary. The code keeps to these words.
 *
 * - **delivery**   one HTTP request from Feishu, or one event over the long connection. The same event may come in several.
 * - **event**      one thing an employee did, freed from Feishu's JSON: a `BotEvent`.
 * - **person**     the employee, known by `open_id` (valid within one app only).
 * - **intent**     what a message wants: a human, perhaps a human, something else.
 * - **ask**        an event that wants a human. Every ask is one hand-off job.
 * - **hand-off**   the job that answers an ask: opens the service chat and sends its link.
 * - **desk**       the Feishu service desk (服务台) whose agents answer in service chats.
 * - **chat**       a service chat at the desk, made by `start_service`; its **link** opens it.
 * - **say**        one message to one address, written to the outbox before it is sent.
 * - **outbox**     the second queue: messages waiting to be sent.
 * - **courtesy**   a message nobody asked for, such as a guide or a welcome: behind all others in the outbox.
 * - **ledger**     the few facts all processes share beside the queues, such as who has an open chat.
 */

import type { Language, Message, PressAnswer } from './said.ts';

export type { Address, Card, CardButton, FollowUp, Language, Message, Press, PressAnswer, Words } from './said.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type OpenId = Branded<'OpenId'>;
export type MessageId = Branded<'MessageId'>;
export type ChatId = Branded<'ChatId'>;
export type EventId = Branded<'EventId'>;

/** Milliseconds since 1970, UTC. */
export type Instant = number;

interface EventBase {
  readonly eventId: EventId;
  /** What makes two deliveries the same event: the message's id for a message, else the event's own. */
  readonly identity: string;
  readonly person: OpenId;
  /** When the person did it, by Feishu's clock. A redelivered event keeps the first time. */
  readonly at: Instant;
}

/** Something sent to the bot in private, or in a group with a mention of this very bot. */
export interface MessageEvent extends EventBase {
  readonly kind: 'message';
  /** Absent when the id Feishu gave cannot be replied to. */
  readonly messageId?: MessageId;
  /** Without mentions. Absent where there are no words: a picture, a voice message, a file, a sticker … */
  readonly text?: string;
  /** The group it was written in; absent in the private chat with the bot. */
  readonly group?: ChatId;
}

/** A press on an item of the bot menu. It carries no chat and no message: it can only be answered by `open_id`. */
export interface MenuEvent extends EventBase {
  readonly kind: 'menu';
  readonly key: string;
}

/** The person opened the private chat with the bot; again whenever they come back. */
export interface EnteredEvent extends EventBase {
  readonly kind: 'entered';
}

/** A press on a button of a card of ours. Feishu waits three seconds for the answer and never delivers it again. */
export interface PressEvent extends EventBase {
  readonly kind: 'press';
  /** What the button carries, exactly as somebody's client sent it: not to be trusted. */
  readonly value: unknown;
}

export type BotEvent = MessageEvent | MenuEvent | EnteredEvent | PressEvent;

/** What a person who wants a human told us; plain data, it travels through the queue. */
export interface Ask {
  readonly person: OpenId;
  readonly at: Instant;
  readonly source: Exclude<BotEvent['kind'], 'entered'>;
  /** What the person wrote; absent for a menu click. Leaves the job when the job ends. */
  readonly text?: string;
  /** The message to answer under; absent for a menu click. */
  readonly messageId?: MessageId;
  /** The group of that message; absent in private. */
  readonly group?: ChatId;
  /** Which menu item was pressed. */
  readonly menuKey?: string;
  /** What the person wrote in. */
  readonly language?: Language;
  /** They have had enough of their chat that was opened then: it must not answer this ask. */
  readonly insteadOf?: Instant;
  /** It is not certain that a human is wanted: ask somebody else's opinion, or the person. */
  readonly doubtful?: true;
}

/** What is known of the person beyond this event. All throw `StoreUnavailable`. */
export interface Memory {
  /**
   * The place of this event among those of the person that did this deed within `ms` of the first: 1 for the first, and
   * the same place when it is delivered again. It takes `weight` places, one unless told; its last one counts.
   */
  placeOf(deed: string, ms: number, weight?: number): Promise<number>;
  /** The places of this deed are given out anew. */
  forget(deed: string): Promise<void>;
  /** Whether a hand-off of the person is at work, or their chat is still the one to go to. */
  served(): Promise<boolean>;
}

/** What a handler has while Feishu waits for its 200. Nothing slow is on it, so a slow call does not compile. */
export interface EventTools extends Memory {
  /** Writes the ask to the queue; throws `StoreUnavailable`, which becomes a 503. */
  requestHandoff(ask: Ask): Promise<void>;
  /** Writes one message to the outbox, at most once per event; throws like `requestHandoff`. */
  say(name: string, message: Message): Promise<void>;
  /** One line per decision; never message text. Told before what it leads to, which keeps it. */
  decided(decision: Decision): void;
}

/** Why an event was acted on or not, for log and metrics. */
export interface Decision {
  readonly decision: 'human' | 'unsure' | 'other' | 'cancel';
  /** The rule that decided; from a bounded set. */
  readonly rule: string;
  /** What was named and nobody knows, for a warning: bounded, and never message text. */
  readonly unknown?: string;
}

/** A chat at the desk, as `start_service` answered. */
export interface ServiceChat {
  readonly chatId: ChatId;
  /** The case number; the bot stage of a desk has none. */
  readonly ticketId?: string;
  /** When it was opened. */
  readonly openedAt: Instant;
}

/** How one try to open a chat ended. `again` and `busy` mean that the job will run again by itself. */
export type Opening =
  | { readonly kind: 'opened'; readonly link: string; readonly since: Instant }
  /** The person already has this chat: same link, no second call. */
  | { readonly kind: 'repeated'; readonly link: string; readonly since: Instant }
  /** Another ask of the same person is at work. */
  | { readonly kind: 'busy' }
  /** Feishu could not do it now; `failingForMs` since the first try. */
  | { readonly kind: 'again'; readonly failingForMs: number }
  /** It will never be done. */
  | { readonly kind: 'refused'; readonly cause: RefusalCause }
  /** The ask was too old to be acted on without asking. */
  | { readonly kind: 'late' }
  /** The ask was doubtful, and the person is asked. */
  | { readonly kind: 'asked' }
  /** The ask was doubtful, and a second opinion says that no human is wanted. */
  | { readonly kind: 'unwanted' };

export type RefusalCause =
  /** 154402: the person is outside the desk's visible range. Nobody's fault, and not an auth failure. */
  | 'no-access'
  /** Anything else: our credentials, our ids, our request, or Feishu failing for too long. */
  | 'failed';

/** What a job handler has. It answers with values, never with error classes. */
export interface HandoffTools extends Memory {
  /** What somebody else makes of a doubtful ask; `unsure` whenever nobody can tell. */
  secondOpinion(): Promise<'human' | 'unsure' | 'other'>;
  /** Opens the chat, or says why not. Safe to call again after a crash: an opened chat is kept in the job. */
  openChat(customizedInfo: string): Promise<Opening>;
  /** Writes one message to the outbox, at most once per ask and `name`. */
  say(name: string, message: Message): Promise<void>;
  /** Short, spoken name of this request: what a person quotes and operations search for. */
  readonly reference: string;
}

/** What Feishu is told at once: something for a press, nothing for all else. */
interface EventAnswer {
  readonly message: undefined;
  readonly menu: undefined;
  readonly entered: undefined;
  readonly press: PressAnswer;
}

/** `handlers/index.ts`: event kind → handler, job kind → handler. A kind nobody handles does not compile. */
export interface Handlers {
  readonly events: {
    readonly [K in BotEvent['kind']]: (
      event: Extract<BotEvent, { kind: K }>,
      tools: EventTools,
    ) => Promise<EventAnswer[K]>;
  };
  /** What a press is answered when the queue is away: it is never delivered again, so the person must press again. */
  pressAgain(): PressAnswer;
  readonly jobs: { readonly handoff: (ask: Ask, tools: HandoffTools) => Promise<Opening> };
}

import type { BotEvent, ChatId, EventId, MessageEvent, MessageId, OpenId, ServiceChat } from '../bot.ts';
import type { Json } from './delivery.ts';
import { clean, hash, object, short, toId, toInstant } from './fields.ts';
import { mentions, readContent } from './written.ts';

/** What Feishu's JSON turned out to be. `kind` is Feishu's event type, for the count of what nobody handles. */
export type Reading =
  | { readonly is: 'event'; readonly event: BotEvent }
  | { readonly is: 'ignored'; readonly kind: string; readonly why: string; readonly eventId?: EventId }
  /** A service chat was opened by an API call, ours most likely. */
  | { readonly is: 'chat'; readonly kind: string; readonly person: OpenId; readonly chat: ServiceChat }
  /** A ticket at the desk was closed, by whomever. */
  | ({ readonly is: 'closed'; readonly kind: string; readonly person: OpenId } & Pick<
      ServiceChat,
      'chatId' | 'ticketId'
    >)
  /** A group message came before the bot knew its own open_id: ask Feishu to deliver it again. */
  | { readonly is: 'unready'; readonly kind: string };

type Reader = (event: Json, header: Header, me: OpenId | undefined) => Reading;

interface Header {
  readonly eventId: EventId;
  readonly kind: string;
  readonly at: number | undefined;
}

/** Feishu's event types, by the short names they have in logs and metrics. */
const KINDS: { readonly [eventType: string]: { readonly kind: string; readonly read: Reader } } = {
  'im.message.receive_v1': { kind: 'message', read: readMessage },
  'application.bot.menu_v6': { kind: 'menu', read: readMenu },
  'im.chat.access_event.bot_p2p_chat_entered_v1': { kind: 'entered', read: readEntered },
  'card.action.trigger': { kind: 'press', read: readPress },
  'helpdesk.ticket.created_v1': { kind: 'ticket', read: readTicket },
  'helpdesk.ticket.updated_v1': { kind: 'ticket', read: readTicketUpdate },
};

/**
 * Feishu's JSON → one event of ours. Everything inside is well-formed text without NUL (PostgreSQL refuses both NUL
 * and lone surrogates) and every id can stand in a path; nothing throws, whatever was sent.
 *
 * @param me the bot's own open_id, undefined while it is not known yet.
 */
export function readEvent(payload: Json, me: OpenId | undefined): Reading {
  const header = readHeader(payload);
  const known = Object.hasOwn(KINDS, header.type) ? KINDS[header.type] : undefined;
  if (!known) return { is: 'ignored', kind: 'other', why: 'kind' };
  const reading = known.read(object(payload.event), { ...header, kind: known.kind }, me);
  return reading.is === 'ignored' ? { ...reading, eventId: header.eventId } : reading;
}

function readHeader(payload: Json): Omit<Header, 'kind'> & { type: string } {
  const header = object(payload.header);
  const eventId = short(clean(header.event_id)) || nameless(payload);
  return { eventId: eventId as EventId, type: clean(header.event_type), at: toInstant(header.create_time) };
}

function readMessage(event: Json, { eventId, kind, at }: Header, me: OpenId | undefined): Reading {
  const sender = object(event.sender);
  const message = object(event.message);
  const ignored = (why: string): Reading => ({ is: 'ignored', kind, why });
  const person = toId<OpenId>(object(sender.sender_id).open_id);
  if (sender.sender_type !== 'user') return ignored('not from a person');
  if (!person) return ignored('no open_id');
  const inPrivate = message.chat_type === 'p2p';
  const content = readContent(message);
  if (!inPrivate) {
    if (!me) return { is: 'unready', kind };
    if (!mentions(message).includes(me) || content?.isForEveryone) return ignored('not addressed');
  }
  if (!content) return ignored('no content');
  const group = toId<ChatId>(message.chat_id);
  if (!inPrivate && !group) return ignored('no chat');
  const messageId = toId<MessageId>(message.message_id);
  // The documentation says not to rely on event_id for messages: a redelivery may carry another one.
  const identity = short(clean(message.message_id)) || eventId;
  const read: MessageEvent = {
    kind: 'message',
    eventId,
    identity,
    person,
    at: toInstant(message.create_time) ?? at ?? Date.now(),
    ...(content.words !== undefined && { text: content.words }),
    ...(messageId && { messageId }),
    ...(!inPrivate && group && { group }),
  };
  return { is: 'event', event: read };
}

function readMenu(event: Json, { eventId, kind, at }: Header): Reading {
  const person = toId<OpenId>(object(object(event.operator).operator_id).open_id);
  if (!person) return { is: 'ignored', kind, why: 'no open_id' };
  const when = toInstant(event.timestamp) ?? at ?? Date.now();
  return {
    is: 'event',
    event: { kind: 'menu', eventId, identity: eventId, person, at: when, key: short(clean(event.event_key)) },
  };
}

function readEntered(event: Json, { eventId, kind, at = Date.now() }: Header): Reading {
  const person = toId<OpenId>(object(event.operator_id).open_id);
  if (!person) return { is: 'ignored', kind, why: 'no open_id' };
  return { is: 'event', event: { kind: 'entered', eventId, identity: eventId, person, at } };
}

function readPress(event: Json, { eventId, kind }: Header): Reading {
  const person = toId<OpenId>(object(event.operator).open_id);
  if (!person) return { is: 'ignored', kind, why: 'no open_id' };
  const { value } = object(event.action);
  // Its time is not the event's own: a press is never delivered late.
  return { is: 'event', event: { kind: 'press', eventId, identity: eventId, person, at: Date.now(), value } };
}

/** `channel` of a ticket that was opened by an API call. */
const BY_API = 9;

function readTicket(event: Json, { kind, at }: Header): Reading {
  const guest = readGuest(event);
  if (!guest || event.channel !== BY_API) return { is: 'ignored', kind, why: 'not by the API' };
  const { person, ...chat } = guest;
  return { is: 'chat', kind, person, chat: { ...chat, openedAt: toInstant(event.created_at) ?? at ?? Date.now() } };
}

/** Closed by the bot, an agent, the person. */
const CLOSED: ReadonlySet<unknown> = new Set([50, 51, 52]);

/** After a change the ticket stands under `object`. */
function readTicketUpdate(event: Json, { kind }: Header): Reading {
  const ticket = object(event.object);
  const guest = readGuest(ticket);
  if (!guest || !CLOSED.has(ticket.status)) return { is: 'ignored', kind, why: 'not closed' };
  return { is: 'closed', kind, ...guest };
}

/** Whose ticket it is, and which. */
function readGuest(ticket: Json): ({ person: OpenId } & Pick<ServiceChat, 'chatId' | 'ticketId'>) | undefined {
  const person = toId<OpenId>(object(object(ticket.guest).id).open_id);
  const chatId = toId<ChatId>(ticket.chat_id);
  const ticketId = clean(ticket.ticket_id);
  return person && chatId?.startsWith('oc_') ? { person, chatId, ...(ticketId && { ticketId }) } : undefined;
}

/** Feishu gives every event an id. One without is told from others by all it says; what nests too deep, by nothing. */
function nameless(payload: Json): string {
  try {
    return hash(JSON.stringify(payload));
  } catch {
    return hash('');
  }
}

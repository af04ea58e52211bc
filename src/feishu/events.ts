import { createHash } from 'node:crypto';
import type { BotEvent, ChatId, EventId, MessageEvent, MessageId, OpenId, ServiceChat } from '../bot.ts';
import { isObject, type Json } from './delivery.ts';

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
  const text = readText(message);
  if (!inPrivate) {
    if (!me) return { is: 'unready', kind };
    if (!mentions(message).includes(me) || text?.includes(EVERYONE)) return ignored('not addressed');
  }
  if (text === undefined) return ignored('no text');
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
    text: withoutMentions(text),
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
    event: { kind: 'menu', eventId, identity: eventId, person, at: when, key: clean(event.event_key) },
  };
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

/** How a mention of all members stands in a text; the list of mentions may be empty then. */
const EVERYONE = '@_all';

function mentions(message: Json): unknown[] {
  const list = Array.isArray(message.mentions) ? message.mentions : [];
  return list.map((mention) => object(object(mention).id).open_id);
}

/** `@_user_1` is a prefix of `@_user_10`, so digits are taken to their end. */
function withoutMentions(text: string): string {
  return text.replace(/@_(user_\d+|all)/g, ' ').trim();
}

/** The words of a text or rich-text message; undefined for other kinds and for recalled messages, whose content is empty. */
function readText(message: Json): string | undefined {
  const content = parseContent(message.content);
  if (!content) return undefined;
  if (message.message_type === 'text') return clean(content.text);
  if (message.message_type === 'post') return readPost(content);
  return undefined;
}

function readPost(content: Json): string {
  const lines = Array.isArray(content.content) ? content.content : [];
  const line = (nodes: unknown) => (Array.isArray(nodes) ? nodes.map((node) => readNode(object(node))).join('') : '');
  return [clean(content.title), ...lines.map(line)].filter((part) => part !== '').join('\n');
}

function readNode(node: Json): string {
  // On receipt a mention carries its placeholder where an open_id is sent.
  if (node.tag === 'at') return `${clean(node.user_id)} `;
  return clean(node.text);
}

function parseContent(content: unknown): Json | undefined {
  if (typeof content !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(content);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const object = (value: unknown): Json => (isObject(value) ? value : {});

const clean = (value: unknown): string => (typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : '');

/** Ids are logged and kept; one that is too long to be an id of Feishu's is only told from others. */
const short = (id: string): string => (id.length <= 128 ? id : hash(id));

/** Feishu gives every event an id. One without is told from others by all it says; what nests too deep, by nothing. */
function nameless(payload: Json): string {
  try {
    return hash(JSON.stringify(payload));
  } catch {
    return hash('');
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Feishu's ids are short words; what is not one is no id that anything could be sent to. */
function toId<Id extends string>(value: unknown): Id | undefined {
  return typeof value === 'string' && /^[\w-]{1,128}$/.test(value) ? (value as Id) : undefined;
}

/** Times come in seconds, milliseconds or microseconds, as number or string; the count of digits tells which. */
function toInstant(value: unknown): number | undefined {
  // Not of an object: one whose `toString` is no function throws.
  const digits = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  if (!/^\d{9,17}$/.test(digits)) return undefined;
  const number = Number(digits);
  if (digits.length <= 11) return number * 1000;
  return digits.length <= 14 ? number : Math.floor(number / 1000);
}

import { randomUUID } from 'node:crypto';
import type { Directory, WrittenMessage } from './directory.ts';
import { type EventOptions, type FeishuEvent, userIds, wrap } from './envelope.ts';
import {
  type MessageBody,
  type MessageOptions,
  messageBody,
  type PostOptions,
  postContent,
  type TextOptions,
  textContent,
} from './event-messages.ts';
import type { Settings } from './options.ts';

export interface MenuOptions extends EventOptions {
  readonly person: string;
  readonly key: string;
  /** The two editions of the page disagree on its type. */
  readonly timestamp?: 'number' | 'string';
}

export interface PressOptions extends EventOptions {
  readonly person: string;
  /** The card's message. */
  readonly messageId: string;
  readonly value: unknown;
}

export interface TicketOptions extends EventOptions {
  readonly person: string;
  readonly ticketId: string;
  readonly chatId: string;
  readonly status: number;
}

/** Builds events as Feishu would send them, and remembers the messages in them so that they can be replied to. */
export interface Events {
  text(options: TextOptions): FeishuEvent<MessageBody>;
  post(options: PostOptions): FeishuEvent<MessageBody>;
  image(options: MessageOptions): FeishuEvent<MessageBody>;
  /** Recalled before it was delivered: its content is empty, and it cannot be replied to. */
  recalled(options: MessageOptions): FeishuEvent<MessageBody>;
  /** Any type, with its content as the raw string. */
  message(options: MessageOptions & { readonly type: string; readonly content: string }): FeishuEvent<MessageBody>;
  menu(options: MenuOptions): FeishuEvent;
  chatEntered(options: EventOptions & { readonly person: string }): FeishuEvent;
  /** A button of a card. Its `create_time` is in microseconds, as that page shows it. */
  cardPress(options: PressOptions): FeishuEvent;
  ticketUpdated(options: TicketOptions): FeishuEvent;
  /** Any other type. */
  other(type: string, event: Record<string, unknown>, options?: EventOptions): FeishuEvent;
}

/** Builders for one app; their times come from the simulator's clock. */
export function createEvents({ app, desk, now }: Settings, directory: Directory): Events {
  const envelope = <Body extends object>(type: string, event: Body, { eventId, ageMs = 0 }: EventOptions) =>
    wrap(type, event, { eventId, at: now() - ageMs, app });

  const message = (options: MessageOptions, type: string, content: string): FeishuEvent<MessageBody> => {
    const body = messageBody(options, {
      type,
      content,
      app,
      at: now() - (options.ageMs ?? 0),
      privateChat: directory.privateChat,
    });
    const event = envelope('im.message.receive_v1', body, options);
    learn(event, directory);
    return event;
  };

  return {
    message: ({ type, content, ...options }) => message(options, type, content),
    text: (options) => message(options, 'text', JSON.stringify(textContent(options))),
    post: (options) => message(options, 'post', JSON.stringify(postContent(options))),
    image: (options) => message(options, 'image', JSON.stringify({ image_key: 'img_demo' })),
    recalled: (options) => {
      const event = message(options, 'text', '');
      directory.recall(event.event.message.message_id);
      return event;
    },
    menu: (options) => {
      const seconds = Math.floor((now() - (options.ageMs ?? 0)) / 1000);
      const timestamp = options.timestamp === 'string' ? String(seconds) : seconds;
      const operator = { operator_name: 'demo', operator_id: userIds(options.person) };
      return envelope('application.bot.menu_v6', { operator, event_key: options.key, timestamp }, options);
    },
    chatEntered: (options) =>
      envelope(
        'im.chat.access_event.bot_p2p_chat_entered_v1',
        { chat_id: directory.privateChat(options.person), operator_id: userIds(options.person) },
        options,
      ),
    cardPress: (options) => {
      const event = envelope('card.action.trigger', pressBody(options, directory), options);
      return { ...event, header: { ...event.header, create_time: `${event.header.create_time}000` } };
    },
    ticketUpdated: ({ person, ticketId, chatId, status, ...options }) => {
      const guest = { id: userIds(person), name: 'demo' };
      const object = {
        ticket_id: ticketId,
        helpdesk_id: desk.id,
        guest,
        stage: 2,
        status,
        channel: 9,
        chat_id: chatId,
      };
      return envelope('helpdesk.ticket.updated_v1', { object, old_object: { status: 1 } }, options);
    },
    other: (type, event, options = {}) => envelope(type, event, options),
  };
}

/** Remembers who wrote the message of this event, if it is one; for events that a test wrote by hand. */
export function learn(event: unknown, directory: Directory): void {
  const known = writtenIn(event as Partial<FeishuEvent<Partial<MessageBody>>> | null);
  if (known) directory.know(known);
}

function writtenIn(event: Partial<FeishuEvent<Partial<MessageBody>>> | null): WrittenMessage | undefined {
  const { sender, message } = event?.event ?? {};
  const person = sender?.sender_id?.open_id;
  if (typeof person !== 'string' || typeof message?.message_id !== 'string') return undefined;
  const group = message.chat_type === 'p2p' ? undefined : message.chat_id;
  return { messageId: message.message_id, person, group, chatId: message.chat_id };
}

function pressBody({ person, messageId, value }: PressOptions, directory: Directory): Record<string, unknown> {
  const chatId = directory.message(messageId)?.chatId ?? directory.privateChat(person);
  return {
    operator: { ...userIds(person), tenant_key: 'demo-tenant' },
    token: `c-demo-${randomUUID()}`,
    action: { tag: 'button', value },
    host: 'im_message',
    context: { open_message_id: messageId, open_chat_id: chatId },
  };
}

import { type Answer, refuse } from '../answer.ts';
import { fieldsOf, textIn } from '../json.ts';
import type { ApiRequest, Tenant } from './api.ts';

/** Where a message goes. */
export interface Target {
  /** The person or group that is reached. */
  readonly to: string;
  readonly chatId: string;
  readonly replyTo?: string;
}

export type Aim = { readonly target: Target } | { readonly refusal: Answer };

const idTypes = new Set(['open_id', 'union_id', 'user_id', 'email', 'chat_id']);

/** The recipient by `receive_id`. Feishu docs: an id of another type than announced is 230001, a chat without the bot 230002. */
export function aimOfSend({ directory }: Tenant, { query, body }: ApiRequest): Aim {
  const type = query.get('receive_id_type') ?? '';
  const id = textIn(fieldsOf(body).receive_id) ?? '';
  if (!idTypes.has(type)) return refused(99992402, 'field validation failed: receive_id_type');
  if (type === 'open_id' && id.startsWith('ou_')) return { target: { to: id, chatId: directory.privateChat(id) } };
  if (type !== 'chat_id' || !id.startsWith('oc_')) return refused(230001, 'invalid receive_id');
  const to = directory.reachedBy(id);
  return to === undefined ? refused(230002, 'Bot/User can NOT be out of the chat.') : { target: { to, chatId: id } };
}

/** The recipient by the message replied to: its writer in private, else its group. */
export function aimOfReply({ directory }: Tenant, { params }: ApiRequest): Aim {
  const messageId = params[0] ?? '';
  const message = directory.message(messageId);
  if (!messageId.startsWith('om_')) return refused(230001, 'invalid message_id');
  if (!message) return refused(231003, 'The message is not found.');
  if (directory.recalled(messageId)) return refused(230011, 'The message was withdrawn.');
  return { target: { to: message.to, chatId: message.chatId, replyTo: messageId } };
}

function refused(code: number, msg: string): Aim {
  return { refusal: refuse(400, code, msg) };
}

import { type Answer, done, refuse } from '../answer.ts';
import { fieldsOf, parsed, textIn } from '../json.ts';
import { newId } from '../options.ts';
import { createQuota, recipientWindows } from '../quota.ts';
import { readable } from '../reading.ts';
import type { MessageForm, ShownMessage } from '../record.ts';
import type { Api, ApiRequest, Effect, Tenant } from './api.ts';
import { readContent } from './content.ts';
import { createOnce } from './once.ts';
import { type Aim, aimOfReply, aimOfSend, type Target } from './targets.ts';

type Kind = 'send' | 'reply';

/** Sending and replying: the same but for how the recipient is named. They share quotas and `uuid`s. */
export function messageApis(tenant: Tenant): Api[] {
  const { settings, directory, recording } = tenant;
  const once = createOnce(settings.now);
  const quota = createQuota(recipientWindows);

  const recipientRefusal = ({ to }: Target): Answer | undefined => {
    const code = directory.restriction(to).refuses;
    if (code !== undefined) return refuse(400, code, 'the recipient cannot be written to');
    if (!settings.enforceQuota || quota.admit(to, settings.now()) === undefined) return undefined;
    return refuse(400, 230020, 'This operation triggers the frequency limit.');
  };

  const prepare = (api: Kind, body: unknown, aim: Aim): Answer | Effect => {
    if ('refusal' in aim) return aim.refusal;
    const { msg_type, content, uuid } = fieldsOf(body);
    const type = String(msg_type);
    const read = readContent(type, String(content));
    if ('refusal' in read) return read.refusal;
    const show = () => {
      const message = shown({ api, type, uuid: textIn(uuid), content: read.content }, aim.target, settings.now());
      directory.know({ messageId: message.messageId, person: message.to, chatId: message.chatId });
      recording.add({ kind: 'message', message });
      return once.remember(message.uuid, done({ data: answerData(message, settings.app.id) }));
    };
    return recipientRefusal(aim.target) ?? show;
  };

  const messageApi = (name: Kind, path: RegExp, aimOf: (tenant: Tenant, request: ApiRequest) => Aim): Api => ({
    name,
    method: 'POST',
    path,
    needs: 'tenant',
    scopes: ['im:message:send_as_bot', 'im:message', 'im:message:send'],
    quota: 'messages',
    about: (request) => {
      const aim = aimOf(tenant, request);
      const { uuid, msg_type, content } = fieldsOf(request.body);
      const form = formOf(String(msg_type), parsed(String(content)));
      return { person: 'target' in aim ? aim.target.to : undefined, uuid: textIn(uuid), form };
    },
    accept: (request) => {
      const uuid = textIn(fieldsOf(request.body).uuid);
      const refusal = shapeRefusal(name, request.body) ?? once.begin(uuid);
      if (refusal) return refusal;
      const prepared = prepare(name, request.body, aimOf(tenant, request));
      if (typeof prepared !== 'function') once.forget(uuid);
      return prepared;
    },
  });

  return [
    messageApi('send', /^\/open-apis\/im\/v1\/messages$/, aimOfSend),
    messageApi('reply', /^\/open-apis\/im\/v1\/messages\/([^/]+)\/reply$/, aimOfReply),
  ];
}

const fieldsFor: Readonly<
  Record<Kind, { readonly required: readonly string[]; readonly optional: readonly string[] }>
> = {
  send: { required: ['receive_id', 'msg_type', 'content'], optional: ['uuid'] },
  reply: { required: ['msg_type', 'content'], optional: ['uuid', 'reply_in_thread'] },
};

function shapeRefusal(kind: Kind, body: unknown): Answer | undefined {
  const fields = fieldsOf(body);
  const { required, optional } = fieldsFor[kind];
  const misshapen = required.find((field) => field in fields && typeof fields[field] !== 'string');
  if (misshapen) return refuse(400, 9499, `Invalid parameter type in json: ${misshapen}`);
  const missing = required.find((field) => !fields[field]);
  if (missing) return refuse(400, 99992402, `field validation failed: ${missing} is required`);
  const unknown = Object.keys(fields).find((field) => ![...required, ...optional].includes(field));
  if (unknown !== undefined) return refuse(400, 99992402, `field validation failed: unknown field ${unknown}`);
  const { uuid } = fields;
  const goodUuid = uuid === undefined || (typeof uuid === 'string' && uuid !== '' && uuid.length <= 50);
  return goodUuid ? undefined : refuse(400, 99992402, 'field validation failed: uuid, the max length is 50');
}

function formOf(type: string, content: unknown): MessageForm {
  if (type === 'interactive') return fieldsOf(content).schema === '2.0' ? 'card-2.0' : 'card-1.0';
  return type === 'text' ? 'text' : 'other';
}

interface Sent {
  readonly api: Kind;
  readonly type: string;
  readonly uuid: string | undefined;
  readonly content: unknown;
}

function shown({ uuid, ...sent }: Sent, target: Target, at: number): ShownMessage {
  return {
    messageId: newId('om'),
    ...sent,
    form: formOf(sent.type, sent.content),
    ...target,
    ...readable(sent.content),
    ...(uuid !== undefined && { uuid }),
    at,
    updates: 0,
  };
}

function answerData(message: ShownMessage, appId: string): Record<string, unknown> {
  const { messageId, replyTo, chatId, type, at, content } = message;
  return {
    message_id: messageId,
    ...(replyTo !== undefined && { root_id: replyTo, parent_id: replyTo }),
    msg_type: type,
    create_time: String(at),
    update_time: String(at),
    deleted: false,
    updated: false,
    chat_id: chatId,
    sender: { id: appId, id_type: 'app_id', sender_type: 'app' },
    body: { content: JSON.stringify(content) },
  };
}

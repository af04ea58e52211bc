import type { Address, ChatId, Instant, MessageId, OpenId } from '../bot.ts';
import type { WorkerConfig } from '../config.ts';
import type { Again, Called, FeishuClient } from './client.ts';
import { type Shape, toContent } from './content.ts';
import { FeishuRefused } from './errors.ts';

/** What `start_service` gave: the chat, and the case number, which chats in the bot stage do not have. */
export interface StartedService {
  readonly chatId: ChatId;
  readonly ticketId?: string;
  readonly logId?: string;
}

/** A message as Feishu took it. */
export interface Sent {
  readonly messageId?: string;
  readonly logId?: string;
}

/**
 * The calls this bot makes to Feishu. All throw `FeishuRefused` or `FeishuUnreachable`, and what `again` throws, which is
 * awaited before a call is made a second time.
 */
export interface FeishuApi {
  /** Opens a service chat for the person. Not idempotent: each call may open another ticket. */
  startService(person: OpenId, customizedInfo: string, again: Again): Promise<StartedService>;
  /**
   * Looks for a ticket that was opened for the person by an API call at that time or since: the newest, with its chat
   * where Feishu tells it (its documentation does not promise that). Undefined: there is none.
   */
  findTicket(person: OpenId, since: Instant, again: Again): Promise<Partial<StartedService> | undefined>;
  /** Sends one message. Feishu shows one per `uuid` (at most 50 characters) within an hour. */
  send(to: Address, shape: Shape, uuid: string, again: Again): Promise<Sent>;
}

/** Feishu's own limit for `customized_info`. */
const MAX_INFO_CHARACTERS = 1024;

export function createApi({
  client,
  desk,
  agents,
}: { client: FeishuClient; desk: () => WorkerConfig['desk'] } & Pick<WorkerConfig, 'agents'>): FeishuApi {
  const start = async (
    person: OpenId,
    info: string,
    appointed: readonly string[],
    again: Again,
  ): Promise<StartedService> => {
    const data = {
      open_id: person,
      human_service: true,
      customized_info: info,
      ...(appointed.length > 0 && { appointed_agents: [...appointed] }),
    };
    const { body, logId } = await client.call(
      'start_service',
      (sdk, { headers }) =>
        sdk.helpdesk.v1.ticket.startService({ data }, { headers: { ...headers, ...deskHeader(desk()) } }),
      again,
    );
    return { ...readStarted(body.data), ...(logId !== undefined && { logId }) };
  };
  return {
    startService: async (person, customizedInfo, again) => {
      const info = cutText(customizedInfo, MAX_INFO_CHARACTERS);
      try {
        return await start(person, info, agents, again);
      } catch (error) {
        // A bad body can be the fault of an agent who left: a person helped by anyone is better than nobody helped.
        if (agents.length === 0 || !(error instanceof FeishuRefused) || error.code !== BAD_BODY) throw error;
        await again();
        return await start(person, info, [], again);
      }
    },
    findTicket: async (person, since, again) => {
      // Both ends are required. Our clock and Feishu's may differ a little.
      const params = {
        guest_id: person,
        create_time_start: since - CLOCK_SLACK_MS,
        create_time_end: Date.now() + CLOCK_SLACK_MS,
      };
      const { body } = await client.call(
        'tickets',
        (sdk, { headers }) =>
          sdk.helpdesk.v1.ticket.list(
            { params: { ...params, page: 1, page_size: 200 } },
            { headers: { ...headers, ...deskHeader(desk()) } },
          ),
        again,
      );
      return newestByApi(body.data?.tickets ?? []);
    },
    send: async (to, shape, uuid, again) => {
      const body = { ...toContent(shape, Date.now()), uuid };
      const called = await (to.kind === 'person'
        ? sendTo(client, to.person, body, again)
        : reply(client, to.messageId, body, again));
      return readSent(called);
    },
  };
}

/** Bare base64 by the documentation; the SDK's own helper would put "Bearer " in front. */
export const deskHeader = ({ id, token }: WorkerConfig['desk']) => ({
  'X-Lark-Helpdesk-Authorization': Buffer.from(`${id}:${token}`).toString('base64'),
});

const BAD_BODY = 154000;
const CLOCK_SLACK_MS = 5_000;
/** `channel` of a ticket that was opened by an API call. */
const BY_API = 9;

interface ListedTicket {
  readonly ticket_id: string;
  readonly channel?: number | undefined;
  readonly created_at?: number | undefined;
  readonly chat_id?: unknown;
}

function newestByApi(tickets: readonly ListedTicket[]): Partial<StartedService> | undefined {
  const ours = tickets.filter(({ channel }) => channel === undefined || channel === BY_API);
  const newest = ours.reduce<ListedTicket | undefined>(
    (a, b) => (a && (a.created_at ?? 0) >= (b.created_at ?? 0) ? a : b),
    undefined,
  );
  if (!newest) return undefined;
  return { ticketId: newest.ticket_id, ...(isChatId(newest.chat_id) && { chatId: newest.chat_id }) };
}

const isChatId = (id: unknown): id is ChatId => typeof id === 'string' && /^oc_[\w-]+$/.test(id);

interface MessageBody {
  readonly msg_type: string;
  readonly content: string;
  readonly uuid: string;
}

const sendTo = (client: FeishuClient, person: OpenId, body: MessageBody, again: Again) =>
  client.call(
    'send',
    (sdk, options) =>
      sdk.im.v1.message.create(
        { params: { receive_id_type: 'open_id' }, data: { receive_id: person, ...body } },
        options,
      ),
    again,
  );

const reply = (client: FeishuClient, messageId: MessageId, body: MessageBody, again: Again) =>
  client.call(
    'reply',
    (sdk, options) => sdk.im.v1.message.reply({ path: { message_id: messageId }, data: body }, options),
    again,
  );

function readSent({ body, logId }: Called<{ readonly data?: { readonly message_id?: unknown } | undefined }>): Sent {
  const id = body.data?.message_id;
  return { ...(typeof id === 'string' && { messageId: id }), ...(logId !== undefined && { logId }) };
}

function readStarted(data: { chat_id?: unknown; ticket_id?: unknown } | undefined): StartedService {
  if (!isChatId(data?.chat_id)) throw new Error('start_service answered without a chat id (oc_…)');
  const ticketId = typeof data.ticket_id === 'string' && data.ticket_id !== '' ? { ticketId: data.ticket_id } : {};
  return { chatId: data.chat_id, ...ticketId };
}

/** Cuts by UTF-16 units, which is the stricter count, and never through a character. */
function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

/** The link that opens a service chat. It works only for its members, and the guest is one. */
export function chatLink(appLinkUrl: string, chatId: ChatId): string {
  return `${appLinkUrl}/client/chat/open?openChatId=${encodeURIComponent(chatId)}`;
}

import { type EventOptions, userIds } from './envelope.ts';
import { type App, newId } from './options.ts';

/**
 * Who is mentioned: this bot, another bot, a colleague, nobody, or all; the latter in the two shapes that were reported,
 * with an empty list of mentions and with an entry without ids.
 */
export type Mention = 'bot' | 'other-bot' | 'colleague' | 'none' | 'all' | 'all-listed';

export interface MessageOptions extends EventOptions {
  readonly person: string;
  readonly messageId?: string;
  /** The group's chat id; private without one. */
  readonly group?: string;
  /** The bot in a group, nobody in private. */
  readonly mention?: Mention;
  readonly sender?: 'user' | 'bot' | 'app';
}

export interface TextOptions extends MessageOptions {
  /** Without the mention, which is put in front. */
  readonly text: string;
}

export interface PostOptions extends MessageOptions {
  readonly title?: string;
  /** One paragraph each. */
  readonly lines: readonly string[];
}

interface MentionEntry {
  readonly key: string;
  readonly id: { readonly open_id: string; readonly union_id: string; readonly user_id: string | null };
  readonly mentioned_type?: 'user' | 'bot';
  readonly name: string;
  readonly tenant_key: string;
}

export interface MessageBody {
  readonly sender: {
    readonly sender_id: { readonly open_id: string; readonly union_id: string; readonly user_id: null };
    readonly sender_type: string;
    readonly tenant_key: string;
  };
  readonly message: {
    readonly message_id: string;
    readonly create_time: string;
    readonly update_time: string;
    readonly chat_id: string;
    readonly chat_type: 'p2p' | 'group';
    readonly message_type: string;
    /** A JSON string. */
    readonly content: string;
    readonly mentions?: readonly MentionEntry[];
  };
}

interface Surroundings {
  readonly type: string;
  readonly content: string;
  readonly app: App;
  readonly at: number;
  readonly privateChat: (person: string) => string;
}

/** The body of `im.message.receive_v1`. */
export function messageBody(
  options: MessageOptions,
  { type, content, app, at, privateChat }: Surroundings,
): MessageBody {
  const { person, group, messageId = newId('om'), sender = 'user' } = options;
  const mentions = mentionsFor(mentionOf(options), app);
  return {
    sender: { sender_id: userIds(person), sender_type: sender, tenant_key: 'demo-tenant' },
    message: {
      message_id: messageId,
      create_time: String(at),
      update_time: String(at),
      chat_id: group ?? privateChat(person),
      chat_type: group === undefined ? 'p2p' : 'group',
      message_type: type,
      content,
      ...(mentions && { mentions }),
    },
  };
}

/** Feishu docs, received content: no locale around it, mentions as `at` nodes. */
export function postContent(options: PostOptions): { title: string; content: object[][] } {
  const key = placeholder(mentionOf(options));
  const at = key ? [{ tag: 'at', user_id: key, user_name: 'demo', style: [] }] : [];
  const [first = '', ...rest] = options.lines;
  const words = (text: string) => ({ tag: 'text', text, style: [] });
  return { title: options.title ?? '', content: [[...at, words(first)], ...rest.map((line) => [words(line)])] };
}

/** The text as it is received: with a placeholder where the mention stood. */
export function textContent(options: TextOptions): { text: string } {
  const key = placeholder(mentionOf(options));
  return { text: key ? `${key} ${options.text}` : options.text };
}

function mentionOf({ mention, group }: MessageOptions): Mention {
  return mention ?? (group === undefined ? 'none' : 'bot');
}

function placeholder(mention: Mention): string | undefined {
  if (mention === 'none') return undefined;
  return mention === 'all' || mention === 'all-listed' ? '@_all' : '@_user_1';
}

function mentionsFor(mention: Mention, app: App): MentionEntry[] | undefined {
  const entry = (open_id: string, mentioned_type: 'user' | 'bot', name: string): MentionEntry => ({
    key: '@_user_1',
    id: { open_id, union_id: newId('on', open_id), user_id: null },
    mentioned_type,
    name,
    tenant_key: 'demo-tenant',
  });
  if (mention === 'none') return undefined;
  if (mention === 'all') return [];
  if (mention === 'bot') return [entry(app.botOpenId, 'bot', app.botName)];
  if (mention === 'other-bot') return [entry(newId('ou', 'another bot'), 'bot', 'another-bot')];
  if (mention === 'colleague') return [entry(newId('ou', 'a colleague'), 'user', 'Colleague')];
  return [{ key: '@_all', id: { open_id: '', union_id: '', user_id: '' }, name: '所有人', tenant_key: '' }];
}

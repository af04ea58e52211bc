import { isObject, type Json } from './delivery.ts';
import { clean, object } from './fields.ts';

/** What a message says. */
export interface Content {
  /** Without mentions. Absent where there are none: a picture, a voice message, a file, a sticker … */
  readonly words?: string;
  /** All members are mentioned; the list of mentions may be empty then. */
  readonly isForEveryone: boolean;
}

/** The open_ids mentioned. */
export function mentions(message: Json): unknown[] {
  const list = Array.isArray(message.mentions) ? message.mentions : [];
  return list.map((mention) => object(object(mention).id).open_id);
}

/** Undefined where a person sent nothing: recalled messages have an empty content, and `system` is Feishu's own. */
export function readContent({ message_type: type, content }: Json): Content | undefined {
  const isSent = typeof content === 'string' && content !== '';
  if (!isSent || typeof type !== 'string' || type === '' || type === 'system') return undefined;
  if (type !== 'text' && type !== 'post') return { isForEveryone: false };
  const parsed = parseContent(content);
  if (!parsed) return undefined;
  const { text, pictured } = type === 'text' ? { text: clean(parsed.text), pictured: false } : readPost(parsed);
  const words = withoutMentions(text);
  return { isForEveryone: text.includes('@_all'), ...((words !== '' || !pictured) && { words }) };
}

/** `@_user_1` is a prefix of `@_user_10`, so digits are taken to their end. */
function withoutMentions(text: string): string {
  return text.replace(/@_(user_\d+|all)/g, ' ').trim();
}

function readPost(content: Json): { text: string; pictured: boolean } {
  const lines = Array.isArray(content.content) ? content.content.filter(Array.isArray) : [];
  const nodes = lines.map((line) => line.map(object));
  const parts = [clean(content.title), ...nodes.map((line) => line.map(readNode).join(''))];
  const pictured = nodes.flat().some(({ tag }) => tag === 'img' || tag === 'media');
  return { text: parts.filter((part) => part !== '').join('\n'), pictured };
}

function readNode(node: Json): string {
  // On receipt a mention carries its placeholder where an open_id is sent.
  if (node.tag === 'at') return `${clean(node.user_id)} `;
  return clean(node.text);
}

function parseContent(content: string): Json | undefined {
  try {
    const parsed: unknown = JSON.parse(content);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

import { type Answer, refuse } from '../answer.ts';
import { cardFault } from '../cards.ts';
import { type Fields, isObject, parsed } from '../json.ts';

const textLimit = 150 * 1024;
const cardLimit = 30 * 1024;

type Check = (content: Fields) => string | undefined;

/** What the content of each type must have. Types the bot has no use for are only known by name. */
const checks: Readonly<Record<string, Check>> = {
  text: ({ text }) => (typeof text === 'string' && text !== '' ? undefined : 'text is empty'),
  post: (content) => (Object.values(content).some(isPost) ? undefined : 'invalid message content.'),
  image: ({ image_key }) => (typeof image_key === 'string' ? undefined : 'image_key is required'),
};
const otherTypes = new Set(['file', 'audio', 'media', 'sticker', 'share_chat', 'share_user', 'system']);

/** The content of a message about to be sent: parsed, or the refusal it earns. */
export function readContent(
  type: string,
  content: string,
): { readonly content: unknown } | { readonly refusal: Answer } {
  const refusal = sizeRefusal(type, content);
  if (refusal) return { refusal };
  const value = parsed(content);
  if (!isObject(value)) return { refusal: badContent('content is not a string in json format.') };
  const fault = type === 'interactive' ? cardRefusal(value) : contentRefusal(type, value);
  return fault ? { refusal: fault } : { content: value };
}

function sizeRefusal(type: string, content: string): Answer | undefined {
  const limit = type === 'interactive' || type === 'post' ? cardLimit : textLimit;
  return Buffer.byteLength(content) > limit
    ? refuse(400, 230025, 'The length of the message content reaches its limit.')
    : undefined;
}

function cardRefusal(card: Fields): Answer | undefined {
  const fault = cardFault(card);
  return (
    fault && refuse(400, 230099, `Failed to create card content, ext=ErrCode: ${fault.code}; ErrMsg: ${fault.message};`)
  );
}

function contentRefusal(type: string, content: Fields): Answer | undefined {
  const check = checks[type];
  if (!check) return otherTypes.has(type) ? undefined : badContent('invalid msg_type');
  const fault = check(content);
  return fault === undefined ? undefined : badContent(fault);
}

function isPost(value: unknown): boolean {
  return isObject(value) && Array.isArray(value.content) && value.content.every(Array.isArray);
}

function badContent(why: string): Answer {
  return refuse(400, 230001, `Your request contains an invalid request parameter, ext=${why}`);
}

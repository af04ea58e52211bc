import type { Card, CardButton, Instant, Language } from '../bot.ts';
import type { Form } from '../forms.ts';
import { filled, inLanguages, plain, TEMPLATES, toFeishuCard } from './cards.ts';

/** What is said, in which form, and in which language where the client cannot choose. */
export interface Shape {
  readonly card: Card;
  readonly form: Form;
  readonly language: Language;
}

/** The type and content of a message as Feishu takes them; `now` is what "3 minutes ago" counts from. */
export function toContent(shape: Shape, now: Instant): { readonly msg_type: string; readonly content: string } {
  if (shape.form === 'text') return { msg_type: 'text', content: JSON.stringify({ text: toText(shape, now) }) };
  const card = shape.form === 'card' ? toFeishuCard(shape.card) : toOldCard(shape, now);
  return { msg_type: 'interactive', content: JSON.stringify(card) };
}

/** Card JSON 1.0: buttons stand in an `action`, small print in a `note`. What it does not know, it ignores. */
function toOldCard({ card, language }: Shape, now: Instant): object {
  const { title, tone, buttons, buttonsFirst, footer } = card;
  const texts = (words: Card['body']) => ({ ...inLanguages(words), content: words[language] });
  const text = { tag: 'markdown', ...texts(bodyOf(card, now)) };
  const acts = buttons.length > 0 ? [{ tag: 'action', actions: buttons.map(toOldButton) }] : [];
  return {
    config: { update_multi: true },
    header: { template: TEMPLATES[tone], title: { ...plain(title), content: title[language] } },
    elements: [
      ...(buttonsFirst ? [...acts, text] : [text, ...acts]),
      ...(footer ? [{ tag: 'note', elements: [{ tag: 'plain_text', ...texts(footer) }] }] : []),
    ],
  };
}

const toOldButton = (button: CardButton, index: number): object => ({
  tag: 'button',
  type: index === 0 ? 'primary' : 'default',
  text: plain(button.label),
  ...('press' in button ? { value: button.press } : { url: button.link }),
});

/** Each link on a line of its own, so that the client makes it one to press. */
function toText({ card, language }: Shape, now: Instant): string {
  const ways = card.buttons.map((button) => ('link' in button ? button.link : button.instead?.[language]));
  return [bodyOf(card, now)[language], ...ways, card.footer?.[language]].filter(Boolean).join('\n');
}

/** Without the client's help nobody knows the reader's time zone: a time is told by how long ago it was. */
const bodyOf = ({ body, time }: Card, now: Instant) =>
  time === undefined ? body : filled(body, (language) => timeAgo(now - time, language));

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

function timeAgo(ms: number, language: Language): string {
  const [unit, unitMs] =
    ms < HOUR_MS
      ? (['minute', MINUTE_MS] as const)
      : ms < DAY_MS
        ? (['hour', HOUR_MS] as const)
        : (['day', DAY_MS] as const);
  return new Intl.RelativeTimeFormat(language).format(-Math.max(1, Math.floor(ms / unitMs)), unit);
}

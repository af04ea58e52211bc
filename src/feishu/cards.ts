import type { Card, CardButton, Instant, Language, PressAnswer, Words } from '../bot.ts';

/** The colours of a card's states. */
export const TEMPLATES = { ready: 'blue', closed: 'grey', problem: 'orange' } as const;

/** Card JSON 2.0; the client chooses the language. 2.0 rejects unknown fields, so nothing is here that need not be. */
export function toFeishuCard({ title, tone, body, time, buttons, buttonsFirst, footer }: Card): object {
  const told = time === undefined ? body : filled(body, () => localTime(time));
  const text = { tag: 'markdown', ...inLanguages(told) };
  const acts = buttons.map(toButton);
  return {
    schema: '2.0',
    config: { update_multi: true },
    header: { template: TEMPLATES[tone], title: plain(title) },
    body: {
      elements: [
        ...(buttonsFirst ? [...acts, text] : [text, ...acts]),
        ...(footer ? [{ tag: 'markdown', text_size: 'notation', ...inLanguages(footer) }] : []),
      ],
    },
  };
}

/** Drawn by the client in the reader's own time zone and manner (Feishu docs, rich text of JSON 2.0). */
const localTime = (at: Instant): string =>
  ['date_short', 'time']
    .map((format) => `<local_datetime millisecond='${at}' format_type='${format}'></local_datetime>`)
    .join(' ');

/** The words with their `{time}` filled in. */
export const filled = (words: Words, told: (language: Language) => string): Words => ({
  zh: words.zh.replaceAll('{time}', told('zh')),
  en: words.en.replaceAll('{time}', told('en')),
  ja: words.ja.replaceAll('{time}', told('ja')),
});

/** The body of the answer to a press. The card changes with the answer; changed before, it would be changed back. */
export function toPressReply({ notice, tone, card }: PressAnswer): object {
  const { content, i18n_content: i18n } = inLanguages(notice);
  return { toast: { type: tone, content, i18n }, ...(card && { card: { type: 'raw', data: toFeishuCard(card) } }) };
}

function toButton(button: CardButton, index: number): object {
  return {
    tag: 'button',
    type: index === 0 ? 'primary' : 'default',
    text: plain(button.label),
    behaviors: [behaviour(button)],
  };
}

/** A callback's value must be an object: the SDKs know no other. */
function behaviour(button: CardButton): object {
  if ('press' in button) return { type: 'callback', value: button.press };
  const { link } = button;
  return { type: 'open_url', default_url: link, pc_url: link, ios_url: link, android_url: link };
}

/** A text in all languages. */
export const plain = (words: Words) => ({ tag: 'plain_text', ...inLanguages(words) });

/** English stands in for every language we do not speak. */
export const inLanguages = ({ zh, en, ja }: Words) => ({
  content: en,
  i18n_content: { zh_cn: zh, en_us: en, ja_jp: ja },
});

import { h } from './dom.js';
import { formatted, linkTo } from './markdown.js';

/**
 * Draws what the bot sent, from the very JSON that it sent: cards of version 2.0 and 1.0, posts and texts.
 *
 * @typedef {Readonly<Record<string, any>>} Part  a part of a message, as somebody's program wrote it
 * @typedef {'zh' | 'en' | 'ja'} Language
 * @typedef {{ lang: Language, open: (url: string) => void, press: (value: unknown) => void }} Client
 */

export const LOCALES = /** @type {const} */ ({ zh: 'zh_cn', en: 'en_us', ja: 'ja_jp' });

/**
 * @param {{ readonly type: string, readonly content: unknown }} message
 * @param {Client} client
 */
export function drawMessage({ type, content }, client) {
  const part = /** @type {Part} */ (content ?? {});
  if (type === 'interactive') return drawCard(part, client);
  if (type === 'text') return h('div', { class: 'bubble' }, ...formatted(String(part.text ?? ''), client));
  if (type === 'post') return drawPost(part[LOCALES[client.lang]] ?? Object.values(part)[0] ?? {}, client);
  return h('div', { class: 'bubble' }, `[${type}]`);
}

/** @param {Part} card @param {Client} client */
function drawCard(card, client) {
  const { header } = card;
  const elements = card.body?.elements ?? card.i18n_elements?.[LOCALES[client.lang]] ?? card.elements ?? [];
  const head = header && [
    h('h4', {}, wordsOf(header.title, client)),
    ...(header.subtitle ? [h('p', {}, wordsOf(header.subtitle, client))] : []),
  ];
  return h(
    'article',
    { class: 'card', tabindex: '-1' },
    head && h('header', { 'data-template': header.template ?? 'default' }, ...head),
    h('div', { class: 'card-body' }, ...drawAll(elements, client)),
  );
}

/** @param {Part} post @param {Client} client */
function drawPost({ title, content = [] }, client) {
  const lines = content.map((/** @type {Part[]} */ line) =>
    h(
      'p',
      {},
      ...line.flatMap(({ tag, text = '', href }) =>
        tag === 'a' ? [linkTo(href, text || href, client)] : formatted(text, client),
      ),
    ),
  );
  return h('div', { class: 'bubble' }, title ? h('strong', {}, title) : undefined, ...lines);
}

/**
 * What a client of this language shows of a text. A language that is not there falls back to the common words.
 *
 * @param {Part | undefined} text @param {Client} client
 * @returns {string}
 */
function wordsOf(text, { lang }) {
  const locale = LOCALES[lang];
  return text?.i18n_content?.[locale] ?? text?.i18n?.[locale] ?? text?.content ?? '';
}

/** @param {Part[]} elements @param {Client} client */
const drawAll = (elements, client) => elements.map((element) => drawElement(element, client));

/** @type {Readonly<Record<string, (element: Part, client: Client) => HTMLElement>>} */
const ELEMENTS = {
  markdown: (element, client) =>
    h('p', { 'data-size': element.text_size }, ...formatted(wordsOf(element, client), client)),
  plain_text: (element, client) => h('span', {}, wordsOf(element, client)),
  lark_md: (element, client) => h('span', {}, ...formatted(wordsOf(element, client), client)),
  div: ({ text, fields = [] }, client) =>
    h(
      'p',
      {},
      ...(text ? [drawElement(text, client)] : []),
      ...fields.map((/** @type {Part} */ field) => drawElement(field.text, client)),
    ),
  hr: () => h('hr'),
  button: drawButton,
  action: ({ actions = [] }, client) => h('div', { class: 'card-actions' }, ...drawAll(actions, client)),
  note: ({ elements = [] }, client) => h('p', { 'data-size': 'notation' }, ...drawAll(elements, client)),
  column_set: ({ columns = [] }, client) => h('div', { class: 'card-columns' }, ...drawAll(columns, client)),
  column: ({ elements = [] }, client) => h('div', {}, ...drawAll(elements, client)),
};

/** @param {Part} element @param {Client} client */
function drawElement(element, client) {
  const draw = Object.hasOwn(ELEMENTS, element.tag) ? ELEMENTS[element.tag] : undefined;
  return draw ? draw(element, client) : h('p', { 'data-size': 'notation' }, `‹${element.tag}›`);
}

/** @param {Part} button @param {Client} client */
function drawButton(button, client) {
  const { url, value } = purposeOf(button);
  const attributes = {
    type: 'button',
    class: 'card-button',
    'data-type': button.type,
    disabled: button.disabled === true,
  };
  const label = wordsOf(button.text, client);
  if (url) return h('button', { ...attributes, title: url, click: () => client.open(url) }, label);
  return h('button', { ...attributes, click: () => client.press(value) }, label);
}

/**
 * Version 2.0 says it in `behaviors`, version 1.0 in fields of the button.
 *
 * @param {Part} button
 * @returns {{ url?: string, value?: unknown }}
 */
function purposeOf({ behaviors = [], url, multi_url, value }) {
  const opens = behaviors.find((/** @type {Part} */ { type }) => type === 'open_url');
  const calls = behaviors.find((/** @type {Part} */ { type }) => type === 'callback');
  return { url: opens?.default_url ?? multi_url?.url ?? url, value: calls?.value ?? value };
}

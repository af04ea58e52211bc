import { h } from './dom.js';

/** @import { Client } from './card.js' */

/** As much of Feishu's markdown as a bot of few words uses; anything else stays as it was written. */
const MARKS = new RegExp(
  [
    '\\*\\*(?<bold>[^*\\n]+)\\*\\*',
    '\\[(?<label>[^\\]\\n]+)\\]\\((?<target>https?://[^)\\s]+)\\)',
    '(?<bare>https?://[\\w./?&=%#:+~-]+)',
    "<local_datetime millisecond='(?<instant>\\d+)' format_type='(?<format>\\w+)'></local_datetime>",
    '(?<line><br ?/?>|\\n)',
  ].join('|'),
  'g',
);

/**
 * @param {string} text
 * @param {Client} client
 * @returns {(Node | string)[]}
 */
export function formatted(text, client) {
  const pieces = [];
  let at = 0;
  for (const match of text.matchAll(MARKS)) {
    pieces.push(text.slice(at, match.index), drawMark(match.groups ?? {}, client));
    at = match.index + match[0].length;
  }
  return [...pieces, text.slice(at)].filter((piece) => piece !== '');
}

/** @param {Record<string, string>} groups @param {Client} client */
function drawMark({ bold, label, target, bare, instant, format = '' }, client) {
  if (bold) return h('strong', {}, bold);
  const url = target ?? bare;
  if (url) return linkTo(url, label ?? url, client);
  if (instant !== undefined) return localTime(Number(instant), format, client.lang);
  return h('br');
}

/**
 * Feishu's own client does this, in the zone it is in.
 *
 * @param {number} instant @param {string} format @param {string} lang
 */
const localTime = (instant, format, lang) =>
  new Intl.DateTimeFormat(lang, format === 'time' ? TIME : DATE).format(instant);

const DATE = /** @type {const} */ ({ month: 'short', day: 'numeric' });
const TIME = /** @type {const} */ ({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/**
 * A link that shows where it leads and does not go there.
 *
 * @param {string} url @param {string} text @param {Client} client
 */
export const linkTo = (url, text, client) =>
  h('button', { type: 'button', class: 'link', title: url, click: () => client.open(url) }, text);

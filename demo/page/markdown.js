import { h } from './dom.js';

/** @import { Client } from './card.js' */

/** As much of Feishu's markdown as a bot of few words uses; anything else stays as it was written. */
const MARKS = new RegExp(
  [
    '\\*\\*(?<bold>[^*\\n]+)\\*\\*',
    '\\[(?<label>[^\\]\\n]+)\\]\\((?<target>https?://[^)\\s]+)\\)',
    '(?<bare>https?://[\\w./?&=%#:+~-]+)',
    '<local_datetime millisecond=[\'"]?(?<instant>\\d*)[\'"]?(?: [^>]*)?>(?:</local_datetime>)?',
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
function drawMark({ bold, label, target, bare, instant }, client) {
  if (bold) return h('strong', {}, bold);
  const url = target ?? bare;
  if (url) return linkTo(url, label ?? url, client);
  if (instant !== undefined) return localTime(Number(instant), client.lang);
  return h('br');
}

/** @param {number} instant @param {string} lang */
const localTime = (instant, lang) =>
  new Intl.DateTimeFormat(lang, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }).format(instant);

/**
 * A link that shows where it leads and does not go there.
 *
 * @param {string} url @param {string} text @param {Client} client
 */
export const linkTo = (url, text, client) =>
  h('button', { type: 'button', class: 'link', title: url, click: () => client.open(url) }, text);

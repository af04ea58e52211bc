import { h } from './dom.js';
import { say } from './words.js';

/** @import { Happening } from '../happenings.ts' */
/** @import { View } from './view.js' */

const ROWS_KEPT = 300;

/**
 * What Feishu saw, newest last: one row for each event, call, chat and message.
 *
 * @param {{ view: View, list: HTMLElement }} parts
 */
export function createRecord({ view, list }) {
  /** How often each event was delivered. @type {Map<string, number>} */
  const deliveries = new Map();

  /** @param {Happening} happening */
  const draw = (happening) => {
    const row = describe(happening, view, deliveries);
    if (!row) return undefined;
    const { way, what, status = '', ok = true, ms, detail } = row;
    const cells = [
      h('time', {}, clock(happening.at)),
      h('span', { class: 'way', 'aria-hidden': 'true' }, way),
      h('span', { class: 'what' }, what),
      h('span', { class: 'status', 'data-ok': String(ok) }, status),
      h('span', { class: 'ms' }, ms === undefined ? '' : `${ms} ms`),
    ];
    const line = detail
      ? h('details', {}, h('summary', { class: 'row' }, ...cells), h('pre', {}, detail))
      : h('div', { class: 'row' }, ...cells);
    return h('li', { 'data-kind': happening.kind }, line);
  };

  /** Stays at the end unless somebody has gone up to read. */
  const follow = (/** @type {() => void} */ change) => {
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    change();
    if (atEnd) list.scrollTo({ top: list.scrollHeight });
  };

  return {
    /** @param {Happening} happening */
    add(happening) {
      const item = draw(happening);
      if (!item) return;
      follow(() => {
        list.append(item);
        if (list.childElementCount > ROWS_KEPT) list.firstElementChild?.remove();
      });
    },
    redraw() {
      deliveries.clear();
      const items = view.happenings.map(draw).filter((item) => item !== undefined);
      list.replaceChildren(...items.slice(-ROWS_KEPT));
      list.scrollTo({ top: list.scrollHeight });
    },
  };
}

/**
 * @typedef {{ way: string, what: string, status?: string, ok?: boolean, ms?: number | undefined, detail?: string }} Row
 *
 * @param {Happening} happening
 * @param {View} view
 * @param {Map<string, number>} deliveries
 * @returns {Row | undefined}
 */
function describe(happening, view, deliveries) {
  const { lang } = view;
  switch (happening.kind) {
    case 'deed':
      return {
        way: '●',
        what: say(lang, DEEDS[happening.does], { who: view.nameOf(happening.person), text: happening.text }),
      };
    case 'delivery': {
      const { eventId = '', eventType = '', status, ms } = happening.delivery;
      const times = (deliveries.get(eventId) ?? 0) + 1;
      deliveries.set(eventId, times);
      const what = say(lang, 'event', { what: SHORT[eventType] ?? eventType });
      const more = times > 1 ? ` · ${say(lang, 'again', { n: times })}` : '';
      return {
        way: '→',
        what: what + more,
        status: status ? String(status) : say(lang, 'noAnswer'),
        ok: status === 200,
        ms,
      };
    }
    case 'call': {
      const { api, outcome, status, code, ms } = happening.call;
      const said = code && code !== 0 ? code : status;
      return {
        way: '←',
        what: api,
        status: said ? String(said) : say(lang, 'dropped'),
        ok: outcome === 'answered' && code === 0,
        ms,
      };
    }
    case 'ticket':
      return {
        way: '◆',
        what: say(lang, 'opened', { who: view.nameOf(happening.ticket.person) }),
        detail: json(happening.ticket),
      };
    case 'closed':
      return { way: '◇', what: say(lang, 'closed') };
    case 'message': {
      const { to, content } = happening.message;
      const who = to === view.state?.group ? say(lang, 'group') : view.nameOf(to);
      return { way: '✉', what: say(lang, 'sent', { who }), detail: json(content) };
    }
    case 'changed':
      return { way: '✉', what: say(lang, 'changed'), detail: json(happening.content) };
    case 'decision':
      return undefined;
  }
}

const DEEDS = /** @type {const} */ ({ write: 'didWrite', picture: 'didPicture', menu: 'didMenu', enter: 'didEnter' });

/** Feishu's names of events are long. @type {Readonly<Record<string, string>>} */
const SHORT = {
  'im.message.receive_v1': 'message.receive',
  'application.bot.menu_v6': 'bot.menu',
  'card.action.trigger': 'card.action',
  'im.chat.access_event.bot_p2p_chat_entered_v1': 'chat_entered',
  'helpdesk.ticket.updated_v1': 'ticket.updated',
};

/** @param {unknown} value */
const json = (value) => JSON.stringify(value, undefined, 2);

/** @param {number} at */
const clock = (at) => new Date(at).toLocaleTimeString('en-GB');

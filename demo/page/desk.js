import { act } from './act.js';
import { find, h } from './dom.js';
import { say } from './words.js';

/** @import { View } from './view.js' */

/**
 * Where a button leads: the service chat at the desk, or a page outside. It is shown over the conversation, and nothing
 * is asked for.
 *
 * @param {{ view: View, behind: readonly HTMLElement[] }} parts
 */
export function createDesk({ view, behind }) {
  const panel = find('desk', HTMLElement);
  const back = find('desk-back', HTMLButtonElement);
  const [title, body] = [find('desk-title', HTMLElement), find('desk-body', HTMLElement)];
  let shown = '';
  /** @type {Element | null} */
  let cameFrom = null;

  const draw = () => {
    const ticket = ticketAt(shown, view);
    title.textContent = say(view.lang, ticket ? 'deskTitle' : 'elsewhereTitle');
    body.replaceChildren(
      h('p', { class: 'notice' }, say(view.lang, ticket ? 'deskOpened' : 'elsewhere')),
      fact(say(view.lang, 'leadsTo'), h('code', {}, shown)),
      ...(ticket ? drawTicket(ticket) : []),
    );
  };

  /** @param {NonNullable<ReturnType<typeof ticketAt>>} ticket */
  const drawTicket = ({ ticketId = '', customizedInfo = '', chatId, closed }) => [
    fact(say(view.lang, 'ticket'), h('code', {}, ticketId)),
    fact(say(view.lang, 'noteForAgent'), customizedInfo),
    closed
      ? h('p', { class: 'notice', tabindex: '-1' }, say(view.lang, 'ticketClosed'))
      : h(
          'button',
          { type: 'button', class: 'quiet', click: () => void act({ do: 'close', chatId }) },
          say(view.lang, 'closeTicket'),
        ),
  ];

  const close = () => {
    if (panel.hidden) return;
    panel.hidden = true;
    for (const element of behind) element.inert = false;
    if (cameFrom instanceof HTMLElement && cameFrom.isConnected) cameFrom.focus();
  };

  back.addEventListener('click', close);
  panel.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') close();
  });

  return {
    close,
    draw() {
      if (!panel.hidden) draw();
    },
    /** @param {string} url */
    open(url) {
      [shown, cameFrom] = [url, document.activeElement];
      draw();
      panel.hidden = false;
      for (const element of behind) element.inert = true;
      back.focus();
    },
  };
}

/**
 * The service chat that an AppLink opens, if it is one that the desk has opened here.
 *
 * @param {string} url
 * @param {View} view
 */
function ticketAt(url, { happenings }) {
  const chatId = URL.canParse(url) ? new URL(url).searchParams.get('openChatId') : null;
  for (const happening of happenings)
    if (happening.kind === 'ticket' && happening.ticket.chatId === chatId) {
      const closed = happenings.some((one) => one.kind === 'closed' && one.chatId === chatId);
      return { ...happening.ticket, closed };
    }
  return undefined;
}

/** @param {string} name @param {Node | string} value */
const fact = (name, value) => h('div', { class: 'fact' }, h('h4', {}, name), h('p', {}, value));

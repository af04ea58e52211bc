import { drawMessage } from './card.js';
import { h } from './dom.js';
import { say } from './words.js';

/** @import { Happening } from '../happenings.ts' */
/** @import { View } from './view.js' */

/**
 * The conversation of the chosen person or of the group, as it was and as it goes on.
 *
 * @param {{ view: View, list: HTMLElement, open: (url: string) => void, press: (messageId: string, value: unknown) => void }} parts
 */
export function createChat({ view, list, open, press }) {
  /** @param {string} to */
  const isHere = (to) => to === (view.inGroup ? view.state?.group : view.person);

  /** @param {string} messageId */
  const clientFor = (messageId) => ({
    lang: view.lang,
    open,
    press: (/** @type {unknown} */ value) => press(messageId, value),
  });

  /** @param {string} messageId @returns {HTMLElement | undefined} */
  const placeOf = (messageId) =>
    [...list.children]
      .find((item) => item instanceof HTMLElement && item.dataset.message === messageId)
      ?.querySelector('.said') ?? undefined;

  /** @param {Extract<Happening, { kind: 'deed' }>} deed */
  const drawDeed = ({ does, person, inGroup, text }) => {
    if (inGroup !== view.inGroup || (!inGroup && person !== view.person)) return undefined;
    if (does === 'menu')
      return notice(say(view.lang, 'pressedMenu', { text: say(view.lang, MENU[text] ?? 'menuOther') }));
    if (does === 'enter') return notice(say(view.lang, 'entered'));
    const mine = person === view.person;
    const mention = inGroup ? h('span', { class: 'mention' }, `@${view.state?.botName} `) : undefined;
    const said =
      does === 'picture'
        ? h('div', { class: 'bubble picture', role: 'img', 'aria-label': say(view.lang, 'aPicture') })
        : h('div', { class: 'bubble' }, mention, text);
    return h(
      'li',
      { class: mine ? 'mine' : 'theirs' },
      avatar(view.nameOf(person)),
      h('div', { class: 'said' }, inGroup ? h('p', { class: 'who' }, view.nameOf(person)) : undefined, said),
    );
  };

  /** @param {Extract<Happening, { kind: 'message' }>} happening */
  const drawAnswer = ({ message }) => {
    if (!isHere(message.to)) return undefined;
    const quoted = message.replyTo && view.textOf(message.replyTo);
    return h(
      'li',
      { class: 'theirs bot', 'data-message': message.messageId },
      avatar(),
      h(
        'div',
        { class: 'said' },
        quoted ? h('p', { class: 'quote' }, say(view.lang, 'replyTo', { text: quoted })) : undefined,
        drawMessage(message, clientFor(message.messageId)),
      ),
    );
  };

  /** @param {Extract<Happening, { kind: 'changed' }>} happening */
  const change = ({ messageId, content }) => {
    const old = placeOf(messageId)?.lastElementChild;
    if (!(old instanceof HTMLElement)) return;
    const held = old.contains(document.activeElement);
    const card = drawMessage({ type: 'interactive', content }, clientFor(messageId));
    old.replaceWith(card);
    // The pressed button is gone; whoever pressed it by keyboard goes on from its card.
    if (held) card.focus();
  };

  /** @param {Happening} happening */
  const draw = (happening) => {
    if (happening.kind === 'changed') change(happening);
    if (happening.kind === 'deed') return drawDeed(happening);
    return happening.kind === 'message' ? drawAnswer(happening) : undefined;
  };

  const toEnd = () => list.scrollTo({ top: list.scrollHeight });

  return {
    /** @param {Happening} happening */
    add(happening) {
      const item = draw(happening);
      if (item === undefined) return;
      list.querySelector('.empty')?.remove();
      list.append(item);
      toEnd();
    },
    /** Draws everything again: for another person, place or language. */
    redraw() {
      list.setAttribute('aria-busy', 'true');
      list.replaceChildren();
      for (const happening of view.happenings) {
        const item = draw(happening);
        if (item) list.append(item);
      }
      if (list.childElementCount === 0) list.append(h('li', { class: 'empty' }, say(view.lang, 'empty')));
      list.removeAttribute('aria-busy');
      toEnd();
    },
  };
}

/** @param {string} words */
const notice = (words) => h('li', { class: 'notice' }, words);

/** @param {string} [name] */
const avatar = (name) =>
  h('span', { class: 'avatar', 'aria-hidden': 'true' }, name === undefined ? undefined : [...name][0]);

/** @type {Readonly<Record<string, 'menuHuman' | 'menuOther'>>} */
const MENU = { human_agent: 'menuHuman', faq: 'menuOther' };

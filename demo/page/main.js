import { act } from './act.js';
import { LOCALES } from './card.js';
import { createChat } from './chat.js';
import { createDesk } from './desk.js';
import { find, h } from './dom.js';
import { createOperations } from './operations.js';
import { createPeople } from './people.js';
import { createToast } from './toast.js';
import { View } from './view.js';
import { createWire } from './wire.js';
import { EXAMPLES, isName, say } from './words.js';

/** @import { Action } from '../actions.ts' */
/** @import { State } from '../happenings.ts' */
/** @import { Language } from './card.js' */

const view = new View();
const toast = createToast(find('toast', HTMLElement));
const text = find('text', HTMLInputElement);

/** @param {unknown} error */
const failed = (error) => {
  console.error(error);
  toast.show('error', say(view.lang, 'demoAway'));
};
/** @param {Action} action */
const start = (action) => void act(action).catch(failed);
/** @param {string} words */
const write = (words) => start({ do: 'write', person: view.person, inGroup: view.inGroup, text: words });

const desk = createDesk({
  view,
  behind: ['places', 'conversation', 'tray'].map((id) => find(id, HTMLElement)),
});
const chat = createChat({
  view,
  list: find('chat', HTMLElement),
  open: desk.open,
  press: (messageId, value) => {
    act({ do: 'press', person: view.person, messageId, value })
      .then(({ toast: words, unanswered }) => {
        if (words) toast.show(words.type, words.i18n?.[LOCALES[view.lang]] ?? words.content);
        if (unanswered) toast.show('error', say(view.lang, 'unanswered'));
      })
      .catch(failed);
  },
});
const people = createPeople({ view, invite: () => start({ do: 'newcomer' }), chosen: enterChat });
const operations = createOperations({ view, failed });
const wire = createWire({
  view,
  take,
  hear: (happening) => {
    view.happenings.push(happening);
    chat.add(happening);
    operations.add(happening);
    if (happening.kind === 'closed') desk.draw();
  },
});

find('composer', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  const words = text.value.trim();
  text.value = '';
  if (words !== '') write(words);
});
for (const button of document.querySelectorAll('button[data-menu]'))
  if (button instanceof HTMLButtonElement)
    button.addEventListener('click', () => start({ do: 'menu', person: view.person, key: button.dataset.menu ?? '' }));
find('picture', HTMLElement).addEventListener('click', () =>
  start({ do: 'picture', person: view.person, inGroup: view.inGroup }),
);
find('enter', HTMLElement).addEventListener('click', () => start({ do: 'enter', person: view.person }));
onChoice(find('places', HTMLElement), (place) => {
  view.inGroup = place === 'group';
  enterChat();
});
onChoice(find('languages', HTMLElement), (lang) => {
  localStorage.setItem('language', lang);
  speak(/** @type {Language} */ (lang));
});

/** @param {HTMLElement} choice @param {(value: string) => void} take */
function onChoice(choice, take) {
  choice.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement) take(target.value);
  });
}

/** @param {Language} lang */
function speak(lang) {
  view.lang = lang;
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : lang;
  for (const input of document.querySelectorAll('input[name=language]'))
    if (input instanceof HTMLInputElement) input.checked = input.value === lang;
  for (const element of document.querySelectorAll('[data-t], [data-t-label]')) {
    if (!(element instanceof HTMLElement)) continue;
    const { t, tLabel } = element.dataset;
    if (isName(t)) element.textContent = say(lang, t);
    if (isName(tLabel)) element.setAttribute('aria-label', say(lang, tLabel));
  }
  find('examples', HTMLElement).replaceChildren(
    ...EXAMPLES[lang].map((words) => h('button', { type: 'button', click: () => write(words) }, words)),
  );
  people.redraw();
  wire.redraw();
  operations.redraw();
  desk.draw();
  redrawChat();
}

function enterChat() {
  desk.close();
  toast.clear();
  redrawChat();
}

function redrawChat() {
  text.placeholder = say(view.lang, view.inGroup ? 'toGroup' : 'toBot', { bot: view.state?.botName ?? '' });
  for (const button of document.querySelectorAll('button[data-menu], #enter'))
    if (button instanceof HTMLButtonElement) button.disabled = view.inGroup;
  chat.redraw();
}

/** @param {State} state */
function take(state) {
  const before = view.state;
  if (before && before.run !== state.run) return location.reload();
  view.state = state;
  if (before?.people.length !== state.people.length) {
    find('bot-name', HTMLElement).textContent = state.botName;
    people.meet(state.people);
  }
  operations.refresh();
}

/** The language chosen before, else the browser's, else English. */
function firstLanguage() {
  const wanted = [localStorage.getItem('language'), ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return /** @type {Language} */ (wanted.find((lang) => lang && lang in LOCALES) ?? 'en');
}

speak(firstLanguage());
delete document.body.dataset.waiting;
wire.listen();

import { act } from './act.js';
import { LOCALES } from './card.js';
import { createChat } from './chat.js';
import { createDesk } from './desk.js';
import { find, h, radio } from './dom.js';
import { createOperations } from './operations.js';
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
const people = find('people', HTMLFieldSetElement);

/** @param {unknown} error */
const failed = (error) => {
  console.error(error);
  toast.show('error', say(view.lang, 'demoAway'));
};
/** @param {Action} action */
const start = (action) => void act(action).catch(failed);

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
  if (words !== '') start({ do: 'write', person: view.person, inGroup: view.inGroup, text: words });
});
for (const button of document.querySelectorAll('button[data-menu]'))
  if (button instanceof HTMLButtonElement)
    button.addEventListener('click', () => start({ do: 'menu', person: view.person, key: button.dataset.menu ?? '' }));
find('picture', HTMLElement).addEventListener('click', () =>
  start({ do: 'picture', person: view.person, inGroup: view.inGroup }),
);
find('enter', HTMLElement).addEventListener('click', () => start({ do: 'enter', person: view.person }));
find('newcomer', HTMLElement).addEventListener('click', () => {
  newcomerChosen = true;
  start({ do: 'newcomer' });
});

/** The next person to come is the one to be. */
let newcomerChosen = false;

onChoice(people, (person) => {
  view.person = person;
  enterChat();
});
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
    ...EXAMPLES[lang].map((example) =>
      h(
        'button',
        {
          type: 'button',
          click: () => start({ do: 'write', person: view.person, inGroup: view.inGroup, text: example }),
        },
        example,
      ),
    ),
  );
  drawPeople();
  wire.redraw();
  operations.redraw();
  desk.draw();
  redrawChat();
}

function enterChat() {
  desk.close();
  redrawChat();
}

function redrawChat() {
  text.placeholder = say(view.lang, view.inGroup ? 'toGroup' : 'toBot', { bot: view.state?.botName ?? '' });
  for (const button of document.querySelectorAll('button[data-menu], #enter'))
    if (button instanceof HTMLButtonElement) button.disabled = view.inGroup;
  chat.redraw();
}

function drawPeople() {
  for (const label of [...people.querySelectorAll('label')]) label.remove();
  for (const person of view.state?.people ?? [])
    people.append(radio({ name: 'person', value: person, checked: person === view.person }, view.nameOf(person)));
  people.querySelector('label:has(:checked)')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** @param {State} state */
function take(state) {
  const before = view.state;
  if (before && before.run !== state.run) return location.reload();
  view.state = state;
  if (before?.people.length !== state.people.length) {
    if (!before || newcomerChosen) view.person = state.people[before ? state.people.length - 1 : 0] ?? '';
    newcomerChosen = false;
    find('bot-name', HTMLElement).textContent = state.botName;
    drawPeople();
    enterChat();
  }
  operations.refresh();
}

/** The language chosen before, else the browser's, else English. */
function firstLanguage() {
  const wanted = [localStorage.getItem('language'), ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return /** @type {Language} */ (wanted.find((lang) => lang && lang in LOCALES) ?? 'en');
}

speak(firstLanguage());
wire.listen();

import { act } from './act.js';
import { find, h, radio } from './dom.js';
import { createRecord } from './record.js';
import { say } from './words.js';

/** @import { Happening, Trouble } from '../happenings.ts' */
/** @import { View } from './view.js' */

/** @type {readonly Trouble[]} */
const TROUBLES = ['none', 'failing', 'limited', 'no-access', 'slow', 'lost', 'late', 'old-card', 'no-card'];

/** BullMQ's states as people count them. */
const STATES = /** @type {const} */ ({
  waiting: ['waiting', 'prioritized', 'paused'],
  active: ['active'],
  delayed: ['delayed'],
  completed: ['completed'],
  failed: ['failed'],
});
const QUEUES = ['handoff', 'outbox'];

/**
 * The column of operations: trouble, the latest decision, the queues, and the record.
 *
 * @param {{ view: View, failed: (error: unknown) => void }} parts
 */
export function createOperations({ view, failed }) {
  const record = createRecord({ view, list: find('record', HTMLElement) });
  const troubles = find('troubles', HTMLFieldSetElement);
  const redeliver = find('redeliver', HTMLButtonElement);

  troubles.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement)
      act({ do: 'trouble', trouble: /** @type {Trouble} */ (target.value) }).catch(failed);
  });
  redeliver.addEventListener('click', () => void act({ do: 'redeliver' }).catch(failed));

  const drawTroubles = () => {
    const now = view.state?.trouble ?? 'none';
    for (const label of [...troubles.querySelectorAll('label')]) label.remove();
    for (const name of TROUBLES)
      troubles.append(radio({ name: 'trouble', value: name, checked: name === now }, say(view.lang, name)));
  };

  const drawDecision = () => {
    const latest = view.happenings.findLast((happening) => happening.kind === 'decision');
    find('decision', HTMLElement).replaceChildren(
      ...(latest?.kind === 'decision'
        ? explained(latest, view)
        : [h('p', { class: 'faint' }, say(view.lang, 'noDecision'))]),
    );
  };

  const drawFigures = () => find('figures', HTMLElement).replaceChildren(figuresOf(view));

  return {
    /** @param {Happening} happening */
    add(happening) {
      record.add(happening);
      if (happening.kind === 'decision') drawDecision();
    },
    /** The state has changed. */
    refresh() {
      redeliver.disabled = !view.state?.redeliverable;
      for (const input of troubles.querySelectorAll('input')) input.checked = input.value === view.state?.trouble;
      drawFigures();
    },
    redraw() {
      drawTroubles();
      drawDecision();
      drawFigures();
      record.redraw();
    },
  };
}

/** @param {Extract<Happening, { kind: 'decision' }>} happening @param {View} view */
function explained({ text, intent: { decision, rule, lang, evidence } }, view) {
  return [
    h('p', { class: 'read' }, ...marked(text, evidence)),
    h(
      'p',
      { class: 'verdict' },
      h('strong', { 'data-verdict': decision }, say(view.lang, decision)),
      h('span', {}, `${say(view.lang, 'rule')} `, h('code', {}, rule)),
      h('span', { class: 'faint' }, lang),
    ),
  ];
}

/**
 * The text with its evidence marked; of spans that overlap the first counts.
 *
 * @param {string} text
 * @param {readonly { readonly start: number, readonly end: number }[]} evidence
 */
function marked(text, evidence) {
  const pieces = [];
  let at = 0;
  for (const { start, end } of [...evidence].sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    pieces.push(text.slice(at, start), h('mark', {}, text.slice(start, end)));
    at = end;
  }
  return [...pieces, text.slice(at)];
}

/** @param {View} view */
function figuresOf({ lang, state }) {
  const names = /** @type {(keyof typeof STATES)[]} */ (Object.keys(STATES));
  /** @param {string} queue @param {keyof typeof STATES} name */
  const count = (queue, name) => {
    const counts = state?.figures?.queues[queue];
    return counts ? String(STATES[name].reduce((sum, part) => sum + (counts[part] ?? 0), 0)) : '–';
  };
  const head = h('tr', {}, h('td'), ...names.map((name) => h('th', { scope: 'col' }, say(lang, name))));
  const rows = QUEUES.map((queue) =>
    h('tr', {}, h('th', { scope: 'row' }, queue), ...names.map((name) => h('td', {}, count(queue, name)))),
  );
  return h('table', {}, h('thead', {}, head), h('tbody', {}, ...rows));
}

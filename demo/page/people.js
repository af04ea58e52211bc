import { find, radio } from './dom.js';

/** @import { View } from './view.js' */

/**
 * The choice of who the visitor is.
 *
 * @param {{ view: View, invite: () => void, chosen: () => void }} parts  `invite` asks for somebody new
 */
export function createPeople({ view, invite, chosen }) {
  const choice = find('people', HTMLFieldSetElement);
  /** Who comes next is who the visitor wants to be. */
  let invited = false;

  choice.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    view.person = target.value;
    chosen();
  });
  find('newcomer', HTMLElement).addEventListener('click', () => {
    invited = true;
    invite();
  });

  const redraw = () => {
    for (const label of [...choice.querySelectorAll('label')]) label.remove();
    for (const person of view.state?.people ?? [])
      choice.append(radio({ name: 'person', value: person, checked: person === view.person }, view.nameOf(person)));
    choice.querySelector('label:has(:checked)')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };

  return {
    redraw,
    /** There are others than before. @param {readonly string[]} people */
    meet(people) {
      if (view.person === '') view.person = people[0] ?? '';
      else if (invited) view.person = people.at(-1) ?? '';
      invited = false;
      redraw();
      chosen();
    },
  };
}

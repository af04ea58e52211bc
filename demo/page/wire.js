import { find } from './dom.js';
import { say } from './words.js';

/** @import { Happening, State } from '../happenings.ts' */
/** @import { View } from './view.js' */

/**
 * The stream of what happens. The browser connects again by itself, and says what it has heard last.
 *
 * @param {{ view: View, take: (state: State) => void, hear: (happening: Happening) => void }} parts
 */
export function createWire({ view, take, hear }) {
  const place = find('wire', HTMLElement);
  /** Unknown at first. @type {boolean | undefined} */
  let up;

  const redraw = () => {
    if (up === undefined) return;
    place.dataset.up = String(up);
    place.textContent = say(view.lang, up ? 'wireUp' : 'wireDown');
  };

  return {
    redraw,
    listen() {
      const source = new EventSource('happenings');
      for (const name of ['open', 'error'])
        source.addEventListener(name, () => {
          up = name === 'open';
          redraw();
        });
      source.addEventListener('state', ({ data }) => take(JSON.parse(data)));
      source.addEventListener('message', ({ data }) => hear(JSON.parse(data)));
    },
  };
}

import { nameOf } from './words.js';

/** @import { Happening, State } from '../happenings.ts' */
/** @import { Language } from './card.js' */

/**
 * What the visitor looks at, and all that was told so far.
 */
export class View {
  /** @type {Language} */
  lang = 'en';
  /** The chosen person's open_id. */
  person = '';
  inGroup = false;
  /** @type {State | undefined} */
  state;
  /** @type {Happening[]} */
  happenings = [];

  /** @param {string} id  an open_id, or the group's chat id */
  nameOf(id) {
    const index = this.state?.people.indexOf(id) ?? -1;
    return index < 0 ? '' : nameOf(this.lang, index);
  }

  /** What somebody wrote under this message id. @param {string} messageId */
  textOf(messageId) {
    for (const happening of this.happenings)
      if (happening.kind === 'deed' && happening.messageId === messageId) return happening.text;
    return undefined;
  }
}

import type { Handlers } from '../src/bot.ts';
import type { Writer } from './words.ts';

/** Who presses again and again finds the card still on the screen. */
const QUIET_MS = 60_000;

export interface MenuParts {
  /** Menu keys that mean "a human, please". */
  readonly handoffKeys: readonly string[];
  readonly writer: Writer;
  /** False where another bot answers what we cannot. */
  readonly guides: boolean;
}

/**
 * A press on a menu item that means "a human, please" is an ask. Any other leads nowhere, which is a mistake in the
 * menu or in our configuration: operations are warned, and the person gets a way that works.
 */
export function createMenuHandler({ handoffKeys, writer, guides }: MenuParts): Handlers['events']['menu'] {
  return async ({ person, at, key }, { requestHandoff, placeOf, say, decided }) => {
    if (handoffKeys.includes(key)) {
      decided({ decision: 'human', rule: 'menu' });
      await requestHandoff({ person, at, source: 'menu', menuKey: key });
      return undefined;
    }
    decided({ decision: 'other', rule: 'menu-unknown', unknown: key });
    if (!guides || (await placeOf('menu', QUIET_MS)) > 1) return undefined;
    const card = writer.card('unknownMenu', { buttons: writer.yes(person) });
    await say('menu', { to: { kind: 'person', person }, card, courtesy: true });
    return undefined;
  };
}

import type { Handlers, Press, PressAnswer } from '../src/bot.ts';
import { cardFor, type Desk, NOTICES } from './words.ts';

/** What a person is told when the press could not be taken. */
export const pressAgain: PressAnswer = { notice: NOTICES.pressAgain, tone: 'error' };

/**
 * A press on "yes" is an ask like any other, on "no" the end of it. What a button may do stands in its value; a button
 * of somebody else's card, or one nobody knows, does nothing.
 */
export function createCardHandler({ desk }: { readonly desk: () => Desk }): Handlers['events']['press'] {
  return async ({ person, at, value }, { requestHandoff, decided }) => {
    const press = readPress(value);
    if (press?.person !== person) {
      decided({ decision: 'other', rule: press ? 'press-foreign' : 'press-unknown' });
      return { notice: NOTICES.notYours, tone: 'info' };
    }
    decided({ decision: press.does === 'handoff' ? 'human' : 'cancel', rule: 'press' });
    if (press.does === 'dismiss') {
      return { notice: NOTICES.cancelled, tone: 'info', card: cardFor('cancelled', { desk: desk() }) };
    }
    await requestHandoff({ person, at, source: 'press' });
    return { notice: NOTICES.onItsWay, tone: 'success', card: cardFor('onItsWay', { desk: desk() }) };
  };
}

function readPress(value: unknown): Press | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { does, person } = value as Partial<Press>;
  return (does === 'handoff' || does === 'dismiss') && typeof person === 'string' ? { does, person } : undefined;
}

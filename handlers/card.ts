import type { Handlers, Press, PressAnswer } from '../src/bot.ts';
import type { Writer } from './words.ts';

/** What a person is told when the press could not be taken. */
export const pressAgain = ({ writer }: { readonly writer: Writer }): PressAnswer => ({
  notice: writer.words('pressAgain'),
  tone: 'error',
});

/**
 * A press on "yes" is an ask like any other, on "no" the end of it. What a button may do stands in its value; a button
 * of somebody else's card, or one nobody knows, does nothing.
 */
export function createCardHandler({ writer }: { readonly writer: Writer }): Handlers['events']['press'] {
  return async ({ person, at, value }, { requestHandoff, decided }) => {
    const press = readPress(value);
    if (press?.person !== person) {
      decided({ decision: 'other', rule: press ? 'press-foreign' : 'press-unknown' });
      return { notice: writer.words('notYours'), tone: 'info' };
    }
    decided({ decision: press.does === 'handoff' ? 'human' : 'cancel', rule: 'press' });
    if (press.does === 'dismiss') {
      return { notice: writer.words('cancelled'), tone: 'info', card: writer.card('cancelled') };
    }
    await requestHandoff({ person, at, source: 'press' });
    return { notice: writer.words('onItsWay'), tone: 'success', card: writer.card('onItsWay') };
  };
}

function readPress(value: unknown): Press | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { does, person } = value as Partial<Press>;
  return (does === 'handoff' || does === 'dismiss') && typeof person === 'string' ? { does, person } : undefined;
}

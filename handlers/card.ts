import type { CardButton, Handlers, Instant, OpenId, Press, PressAnswer } from '../src/bot.ts';
import type { Situation, Writer } from './words.ts';

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
  const shown = (situation: Situation, buttons: readonly CardButton[] = []): PressAnswer => ({
    notice: writer.words(situation),
    tone: 'info',
    card: writer.card(situation, { buttons }),
  });
  return async ({ person, at, value }, { requestHandoff, served, decided }) => {
    const press = readPress(value);
    if (press?.person !== person) {
      decided({ decision: 'other', rule: press ? 'press-foreign' : 'press-unknown' });
      return { notice: writer.words('notYours'), tone: 'info' };
    }
    if (press.does === 'dismiss') {
      decided({ decision: 'cancel', rule: 'press' });
      // Meanwhile they may have got one in another way: then "nothing was created" would not be true.
      return (await served()) ? shown('guideServed', writer.again(person)) : shown('cancelled');
    }
    if (press.does === 'again' && !(await served())) {
      decided({ decision: 'unsure', rule: 'press-lapsed' });
      return shown('confirm', writer.yesOrNo({ person }));
    }
    decided({ decision: 'human', rule: press.does === 'open-new' ? 'press-new' : 'press' });
    const insteadOf = press.does === 'open-new' ? { insteadOf: press.since } : {};
    await requestHandoff({ person, at, source: 'press', ...insteadOf });
    return { ...shown('onItsWay'), tone: 'success' };
  };
}

/** What a client sent may be anything. */
function readPress(value: unknown): Press | undefined {
  const { does, person, since } = Object(value) as { [K in 'does' | 'person' | 'since']?: unknown };
  if (typeof person !== 'string') return undefined;
  const of = { person: person as OpenId };
  if (does === 'handoff' || does === 'dismiss' || does === 'again') return { does, ...of };
  return does === 'open-new' && Number.isSafeInteger(since) ? { does, ...of, since: since as Instant } : undefined;
}

import type { Handlers } from '../src/bot.ts';
import type { Writer } from './words.ts';

/** So long after the entering the person is taken to be there; later a welcome comes out of nowhere. */
const THERE_MS = 10 * 60_000;

export interface WelcomeParts {
  readonly writer: Writer;
  /** A person is welcomed once in this time; 0: never. */
  readonly welcomeMs: number;
}

/** Feishu tells every entering, not only the first. One that comes late is left alone: the next will do. */
export function createWelcomeHandler({ writer, welcomeMs }: WelcomeParts): Handlers['events']['entered'] {
  return async ({ person, at }, { placeOf, say }) => {
    if (welcomeMs === 0 || Date.now() - at > THERE_MS) return undefined;
    if ((await placeOf('welcome', welcomeMs)) > 1) return undefined;
    const card = writer.card('welcome', { buttons: writer.yes(person) });
    await say('welcome', { to: { kind: 'person', person }, card, courtesy: true });
    return undefined;
  };
}

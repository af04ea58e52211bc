import type { Handlers } from '../src/bot.ts';
import { createCardHandler, pressAgain } from './card.ts';
import { createHandoffHandler } from './handoff.ts';
import type { Intent } from './intent/types.ts';
import { createMenuHandler } from './menu.ts';
import { createMessageHandler } from './message.ts';
import type { Desk } from './words.ts';

export interface HandlerParts {
  readonly intent: Pick<Intent, 'decide'>;
  /** Menu keys that mean "a human, please". */
  readonly handoffKeys: readonly string[];
  /** Asked each time: the bot's name, which stands in for the desk's, is learned after the start. */
  readonly desk: () => Desk;
  readonly hasSecondOpinion: boolean;
}

/** What this bot listens to, and what it works on. */
export const createHandlers = (parts: HandlerParts): Handlers => ({
  events: {
    message: createMessageHandler(parts),
    menu: createMenuHandler(parts),
    press: createCardHandler(parts),
  },
  pressAgain,
  jobs: {
    handoff: createHandoffHandler(parts),
  },
});

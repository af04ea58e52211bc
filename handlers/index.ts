import type { Handlers } from '../src/bot.ts';
import { createCardHandler, pressAgain } from './card.ts';
import { createHandoffHandler } from './handoff.ts';
import type { Intent } from './intent/types.ts';
import { createMenuHandler } from './menu.ts';
import { createMessageHandler } from './message.ts';
import { createWriter, type WriterParts } from './words.ts';

export interface HandlerParts extends WriterParts {
  readonly intent: Pick<Intent, 'decide'>;
  /** Menu keys that mean "a human, please". */
  readonly handoffKeys: readonly string[];
  readonly hasSecondOpinion: boolean;
}

/** What this bot listens to, and what it works on. */
export function createHandlers(given: HandlerParts): Handlers {
  const parts = { ...given, writer: createWriter(given) };
  return {
    events: {
      message: createMessageHandler(parts),
      menu: createMenuHandler(parts),
      press: createCardHandler(parts),
    },
    pressAgain: () => pressAgain(parts),
    jobs: {
      handoff: createHandoffHandler(parts),
    },
  };
}

import type { Handlers } from '../src/bot.ts';
import { createCardHandler, pressAgain } from './card.ts';
import { createGuide } from './guide.ts';
import { createHandoffHandler } from './handoff.ts';
import type { Decider } from './intent/types.ts';
import { createMenuHandler } from './menu.ts';
import { createMessageHandler } from './message.ts';
import { createWelcomeHandler } from './welcome.ts';
import { createWriter, type WriterParts } from './words.ts';

export interface HandlerParts extends WriterParts {
  readonly intent: Decider;
  /** Menu keys that mean "a human, please". */
  readonly handoffKeys: readonly string[];
  readonly hasSecondOpinion: boolean;
  /** False where another bot answers what we cannot. */
  readonly guides: boolean;
  /** A person is welcomed once in this time; 0: never. */
  readonly welcomeMs: number;
}

/** What this bot listens to, and what it works on. */
export function createHandlers(given: HandlerParts): Handlers {
  const writer = createWriter(given);
  const parts = { ...given, writer, guide: createGuide({ writer, guides: given.guides }) };
  return {
    events: {
      message: createMessageHandler(parts),
      menu: createMenuHandler(parts),
      entered: createWelcomeHandler(parts),
      press: createCardHandler(parts),
    },
    pressAgain: () => pressAgain(parts),
    jobs: {
      handoff: createHandoffHandler(parts),
    },
  };
}

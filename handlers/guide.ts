import type { Ask, Card, Memory, Message } from '../src/bot.ts';
import { privately } from './address.ts';
import type { Writer } from './words.ts';

/** A person reads at most one guide in this time, whatever they write. */
const QUIET_MS = 10 * 60_000;

/** Messages that got the person nowhere; a hand-off ends the row, or this time. */
const TRIES = 'tries';
const TRIES_MS = 60 * 60_000;
const TRIES_ENOUGH = 2;

export interface GuideParts {
  readonly writer: Writer;
  /** False where another bot answers what we cannot. */
  readonly guides: boolean;
}

export interface GuideTools extends Memory {
  say(name: string, message: Message): Promise<void>;
}

type Asked = Pick<Ask, 'person' | 'messageId' | 'group' | 'language'>;

/** What we say to a message that wants no human: seldom, in private, and behind everything that somebody waits for. */
export interface Guide {
  /** What this bot does, and one button to a human. */
  ordinary(asked: Asked, tools: GuideTools): Promise<void>;
  /** The same to what is no text. */
  unreadable(asked: Asked, tools: GuideTools): Promise<void>;
  /** Somebody wants no human: true to say only while none is on the way, and nothing to trouble a group with. */
  declined(asked: Asked, tools: GuideTools): Promise<void>;
  /** Somebody is angry with the bot: they have tried often enough, and the next guide knows. */
  angered(tools: Memory): Promise<void>;
  /** The person got where they wanted: what they tried before is forgotten. */
  arrived(tools: Memory): Promise<void>;
}

export function createGuide({ writer, guides }: GuideParts): Guide {
  const guide = async (situation: 'guide' | 'unreadable', asked: Asked, tools: GuideTools) => {
    if (!guides) return;
    const [tries, place] = await Promise.all([tools.placeOf(TRIES, TRIES_MS), tools.placeOf('guide', QUIET_MS)]);
    if (place > 1) return;
    const served = await tools.served();
    const insists = tries > TRIES_ENOUGH && !served;
    const buttons = writer[served ? 'again' : 'yes'](asked.person);
    const card = writer.card(served ? 'guideServed' : insists ? 'guideAgain' : situation, { buttons });
    await tools.say('guide', courtesy(asked, insists ? { ...card, buttonsFirst: true } : card));
  };
  return {
    ordinary: (asked, tools) => guide('guide', asked, tools),
    unreadable: (asked, tools) => guide('unreadable', asked, tools),
    declined: async (asked, tools) => {
      if (!guides || asked.group || (await tools.served())) return;
      if ((await tools.placeOf('declined', QUIET_MS)) > 1) return;
      await tools.say('cancelled', courtesy(asked, writer.card('cancelled')));
    },
    angered: async ({ placeOf }) => {
      if (guides) await placeOf(TRIES, TRIES_MS, TRIES_ENOUGH);
    },
    arrived: async ({ forget }) => {
      if (guides) await forget(TRIES);
    },
  };
}

const courtesy = ({ language, ...asked }: Asked, card: Card): Message => ({
  to: privately(asked),
  card,
  ...(language && { language }),
  courtesy: true,
});

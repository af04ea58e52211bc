import type { Ask, Card, CardButton, Instant, OpenId, Press, Words } from '../src/bot.ts';
import type { SentenceName, Sentences } from './sentences.ts';

/** What the desk is called and where it is, when we know. */
export interface Desk {
  readonly name?: string;
  /** The bot's own name. */
  readonly bot?: string;
  /** The desk's own link, from its admin page: the way out when a chat cannot be opened. */
  readonly link?: string;
}

/** The sentences that are the body of a card, with the state that card is in. */
const TONES = {
  linkReady: 'ready',
  linkAgain: 'ready',
  inGroup: 'ready',
  unreachable: 'closed',
  stillTrying: 'problem',
  noAccess: 'closed',
  noAccessButDesk: 'closed',
  gaveUp: 'problem',
  gaveUpButDesk: 'problem',
  late: 'problem',
  confirm: 'ready',
  cancelled: 'closed',
  onItsWay: 'ready',
  guide: 'ready',
  guideAgain: 'ready',
  guideServed: 'ready',
  unreadable: 'ready',
  unknownMenu: 'problem',
  welcome: 'ready',
} as const satisfies Partial<Record<SentenceName, Card['tone']>>;

export type Situation = keyof typeof TONES;
export const SITUATIONS = Object.keys(TONES) as readonly Situation[];

export interface CardFacts {
  /** What the person can quote; the log finds the request by it. */
  readonly reference?: string;
  readonly time?: Instant;
  readonly buttons?: readonly CardButton[];
}

/** Makes cards out of sentences. */
export interface Writer {
  /** The card for a situation, in all languages at once. */
  card(situation: Situation, facts?: CardFacts): Card;
  /** A sentence by itself, for what is no card. */
  words(name: SentenceName): Words;
  /** A button that leads somewhere; none where there is nowhere to lead. */
  openButton(link: string | undefined): readonly CardButton[];
  /** Opens another chat than the one that was opened then. */
  newButton(person: OpenId, since: Instant): CardButton;
  /** "Yes" first; it brings what the ask wanted. Only the person who asked may press them. */
  yesOrNo(ask: Pick<Ask, 'person' | 'insteadOf'>): readonly CardButton[];
  /** "Yes" alone. */
  yes(person: OpenId): readonly CardButton[];
  /** The link once more. */
  again(person: OpenId): readonly CardButton[];
  desk(): Desk;
}

export interface WriterParts {
  /** Both are asked each time: wording is read anew, and the bot's name is learned after the start. */
  readonly sentences: () => Sentences;
  readonly desk: () => Desk;
}

export function createWriter({ sentences, desk }: WriterParts): Writer {
  const words = (name: SentenceName) => sentences()[name];
  const yes = (press: Press, label: SentenceName = 'yesButton'): CardButton => ({
    label: words(label),
    press,
    instead: words('insteadOfYes'),
  });
  return {
    desk,
    words,
    card: (situation, { reference = '', time, buttons = [] } = {}) => {
      const { name, bot } = desk();
      const title = name ? inEach(() => name) : words('namelessDesk');
      const fill = (text: Words) =>
        inEach((language) =>
          text[language]
            .replaceAll('{desk}', () => title[language])
            .replaceAll('{bot}', () => bot ?? title[language])
            .replaceAll('{ref}', reference),
        );
      const body = words(situation);
      const quotable = Object.values(body).every((text) => text.includes('{ref}'));
      return {
        title,
        tone: TONES[situation],
        body: fill(body),
        ...(time !== undefined && { time }),
        buttons,
        ...(reference && !quotable && { footer: fill(words('reference')) }),
      };
    },
    openButton: (link) => (link ? [{ label: words('openButton'), link }] : []),
    newButton: (person, since) => ({ label: words('newButton'), press: { does: 'open-new', person, since } }),
    yes: (person) => [yes({ does: 'handoff', person })],
    again: (person) => [yes({ does: 'again', person }, 'againButton')],
    yesOrNo: ({ person, insteadOf: since }) => [
      yes(since === undefined ? { does: 'handoff', person } : { does: 'open-new', person, since }),
      { label: words('noButton'), press: { does: 'dismiss', person } },
    ],
  };
}

const inEach = (say: (language: keyof Words) => string): Words => ({ zh: say('zh'), en: say('en'), ja: say('ja') });

import type { ChatId, Instant, MessageId, OpenId } from './bot.ts';

/** The part of the contract that people read: where a message goes and what it says. Types only; known as `bot.ts`. */

/** Where a message goes. */
export type Address =
  /** Under the person's message in the private chat, or to the person when that message is gone. */
  | { readonly kind: 'reply'; readonly messageId: MessageId; readonly person: OpenId }
  /** To the person in private. */
  | { readonly kind: 'person'; readonly person: OpenId }
  /** Under a message in a group. Never carries a link. */
  | { readonly kind: 'group'; readonly messageId: MessageId; readonly group: ChatId };

/** One sentence in the languages the client chooses from. */
export interface Words {
  readonly zh: string;
  readonly en: string;
  readonly ja: string;
}

export type Language = keyof Words;

/** A card as data: what it says, not how Feishu draws it. */
export interface Card {
  readonly title: Words;
  readonly tone: 'ready' | 'closed' | 'problem';
  readonly body: Words;
  /** What `{time}` in the body stands for. It is told as the reader's own clock shows it, so it is filled in last. */
  readonly time?: Instant;
  readonly buttons: readonly CardButton[];
  /** The buttons stand above the body. */
  readonly buttonsFirst?: true;
  readonly footer?: Words;
}

/** Opens a link, or tells us that it was pressed; the main path has no callback. */
export type CardButton =
  | { readonly label: Words; readonly link: string }
  | {
      readonly label: Words;
      readonly press: Press;
      /** What to do where no button can be shown. */
      readonly instead?: Words;
    };

/** What a button of ours carries: what it does, and who alone may press it. */
export type Press =
  | { readonly does: 'handoff' | 'dismiss'; readonly person: OpenId }
  /** The link once more; a person whose chat does not answer any longer is asked whether they want another. */
  | { readonly does: 'again'; readonly person: OpenId }
  /** A hand-off to a new chat, where the person's present one is the one that was opened then. */
  | { readonly does: 'open-new'; readonly person: OpenId; readonly since: Instant };

/** The answer to a press: a short notice, and the card as it is from now on. */
export interface PressAnswer {
  readonly notice: Words;
  readonly tone: 'success' | 'info' | 'error';
  readonly card?: Card;
}

export interface Message {
  readonly to: Address;
  readonly card: Card;
  /** For the case that no card can be shown, and so no client can choose. */
  readonly language?: Language;
  /** Nobody asked for it: it waits behind what somebody did ask for, and is dropped when it cannot be sent soon. */
  readonly courtesy?: true;
  /** What else is said once it is known how this went. It is in the outbox before this message is settled. */
  readonly after?: { readonly sent?: FollowUp; readonly unsent?: FollowUp };
}

/** Written at most once per ask and `name`, as all that is said. */
export interface FollowUp extends Omit<Message, 'after'> {
  readonly name: string;
}

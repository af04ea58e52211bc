import type { IntentDecision } from '../handlers/intent/types.ts';
import type { Call, Delivered, ShownMessage, Ticket } from '../simulator/record.ts';
import type { Figures } from './figures.ts';

/**
 * What the demo's server tells its page. Types only: the page is checked against them.
 *
 * A happening is one thing that took place, told in order and told again to whoever opens the page later; a `State` is
 * how things are now.
 */
export type Happening = { readonly at: number } & (
  | Deed
  /** The bot sent a message. */
  | { readonly kind: 'message'; readonly message: ShownMessage }
  /** A card looks otherwise from now on. */
  | { readonly kind: 'changed'; readonly messageId: string; readonly content: unknown }
  | { readonly kind: 'delivery'; readonly delivery: Delivered }
  | { readonly kind: 'call'; readonly call: CallSeen }
  | { readonly kind: 'ticket'; readonly ticket: Ticket }
  /** An agent ended the service chat. */
  | { readonly kind: 'closed'; readonly chatId: string }
  | { readonly kind: 'decision'; readonly text: string; readonly intent: IntentDecision }
);

/** What a person did in Feishu. */
export interface Deed {
  readonly kind: 'deed';
  readonly does: 'write' | 'picture' | 'menu' | 'enter';
  readonly person: string;
  readonly inGroup: boolean;
  /** What was written, or which menu key was pressed. */
  readonly text: string;
  /** Of a message. */
  readonly messageId?: string;
}

/** Without headers and body, which hold the app's tokens. */
export type CallSeen = Pick<Call, 'api' | 'method' | 'outcome' | 'status' | 'code' | 'ms' | 'person' | 'scripted'>;

/** What may go wrong, one at a time. */
export const TROUBLES = [
  ...(['none', 'failing', 'limited', 'no-access', 'slow'] as const),
  ...(['lost', 'late', 'old-card', 'no-card'] as const),
] as const;
export type Trouble = (typeof TROUBLES)[number];

export interface State {
  /** Another one after each start of the demo. */
  readonly run: string;
  readonly botName: string;
  /** open_ids. */
  readonly people: readonly string[];
  /** The one group's chat id. */
  readonly group: string;
  readonly trouble: Trouble;
  /** Something can be delivered again. */
  readonly redeliverable: boolean;
  /** Absent until the service has told them. */
  readonly figures?: Figures;
}

/** The answer to an action. */
export interface Done {
  /** What Feishu shows above the chat after a press. */
  readonly toast?: {
    readonly type: string;
    readonly content: string;
    readonly i18n?: Readonly<Record<string, string>>;
  };
  /** Feishu's own words when the bot did not answer a press as it must. */
  readonly unanswered?: true;
}

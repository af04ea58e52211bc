import type { Instant, OpenId, ServiceChat } from './bot.ts';

/** Whose turn it is when a person's ask is worked on. */
export type Claim =
  | { readonly state: 'mine' }
  /** The person has this chat already. */
  | { readonly state: 'chat'; readonly chat: ServiceChat }
  /** Another ask of theirs is at work. */
  | { readonly state: 'busy' };

/** A limit that Feishu counts over a sliding window. */
export interface Quota {
  readonly name: string;
  readonly calls: number;
  readonly windowMs: number;
  /** At least so far apart; keeps a shorter window of the same limit. */
  readonly spacingMs: number;
}

/** A moment for a call: taken and `inMs` away, or not to be had before `inMs` and not taken. */
export interface Reservation {
  readonly taken: boolean;
  readonly inMs: number;
  /** Names the moment that was taken, in the store's own words. */
  readonly moment: string;
}

/** Facts all processes share beside the queues. Each change is one atomic step. All throw `StoreUnavailable`. */
export interface Ledger {
  /**
   * Takes the person for this job, for `ms` at most; taking again with the same job prolongs it. A kept chat answers
   * asks made until its end, whenever they are worked on; a later ask takes the person from it.
   */
  claim(person: OpenId, jobId: string, askedAt: Instant, ms: number): Promise<Claim>;
  /** Replaces the claim by the chat. Until its link is sent it answers every ask, for `ms` at most. */
  keep(person: OpenId, chat: ServiceChat, ms: number): Promise<void>;
  /** The link of this chat was sent: it answers asks made until `end`. Changes nothing when the chat is not kept any more. */
  endAt(person: OpenId, chat: ServiceChat, end: Instant): Promise<void>;
  /** The chat that answers the person's asks, or did until lately. */
  kept(person: OpenId): Promise<ServiceChat | undefined>;
  /** Ends this job's claim, and only this one's. */
  release(person: OpenId, jobId: string): Promise<void>;
  /** Notes a chat that Feishu told of by an event, for `ms`. */
  note(person: OpenId, chat: ServiceChat, ms: number): Promise<void>;
  /** The noted chat of the person, when there is one. */
  noted(person: OpenId): Promise<ServiceChat | undefined>;
  /**
   * Takes the next moment that is free in all of these quotas, by the store's own clock, unless it is more than
   * `aheadMs` away. The first quota is everybody's; the others must not hold it up, so they are taken only when free
   * by then. A `missed` moment, in which nobody called, is given back: the new one takes its
   * place in the window, while that still holds it, and keeps only the spacing.
   */
  reserve(quotas: readonly [Quota, ...Quota[]], aheadMs: number, missed?: string): Promise<Reservation>;
  /** From now on nobody gets a moment of this quota for `ms`. */
  pause(quota: Quota, ms: number): Promise<void>;
  /** For how many more milliseconds nobody gets a moment of this quota; 0 when it is not paused. */
  paused(quota: Quota): Promise<number>;
  /** Remembers for `ms` that this was seen now. */
  see(what: string, ms: number): Promise<void>;
  /** When it was seen last, while that is remembered. */
  lastSeen(what: string): Promise<Instant | undefined>;
  /** Whether nobody did this within the last `ms`; from then on somebody has. */
  first(deed: string, ms: number): Promise<boolean>;
  /**
   * The place of `by` among those who did this deed within `ms` of the first of them: 1 for the first, and the same place
   * whenever `by` comes again in that time. Counted to `PLACES`; whoever comes later is one behind.
   */
  placeOf(deed: string, by: string, ms: number): Promise<number>;
  /** The places of this deed are given out anew. */
  forget(deed: string): Promise<void>;
  /** Whether a hand-off of the person is at work, or their chat answers asks made now. */
  served(person: OpenId): Promise<boolean>;
}

/** More are never asked for, and a person who keeps writing must not make a row grow. */
export const PLACES = 8;

/** Who has a person is one string, so that both stores compare and replace it in one step. */
export const jobEntry = (jobId: string): string => `job:${jobId}`;
export const chatEntry = ({ chatId, ticketId, openedAt }: ServiceChat): string =>
  `chat:${JSON.stringify({ chatId, ticketId, openedAt })}`;

/** How long after its end a chat is still known, for asks that were made before it and are worked on after. */
export const KNOWN_AFTER_END_MS = 60_000;

export function readClaim(entry: string | undefined, jobId: string): Claim {
  if (entry === jobEntry(jobId)) return { state: 'mine' };
  const chat = readChat(entry);
  return chat ? { state: 'chat', chat } : { state: 'busy' };
}

/** The chat of an entry, when it is a chat that has the person. */
export const readChat = (entry: string | undefined): ServiceChat | undefined =>
  entry?.startsWith('chat:') ? (JSON.parse(entry.slice('chat:'.length)) as ServiceChat) : undefined;

/** Lets the person's chat answer no more asks when it is the one that is meant; another one stays. */
export async function endReuse(
  ledger: Pick<Ledger, 'kept' | 'endAt'>,
  person: OpenId,
  isMeant: (chat: ServiceChat) => boolean,
): Promise<void> {
  const chat = await ledger.kept(person);
  if (chat && isMeant(chat)) await ledger.endAt(person, chat, 0);
}

export const apiNames = [
  'token',
  'endpoint',
  'bot_info',
  'scopes',
  'start_service',
  'tickets',
  'subscribe',
  'send',
  'reply',
  'patch',
] as const;

export type ApiName = (typeof apiNames)[number];

/** How a message looks: a card by the version of its JSON, anything else by its type. */
export type MessageForm = 'card-2.0' | 'card-1.0' | 'text' | 'other';

/** One request to the API. What is known only later is filled in later. */
export interface Call {
  readonly api: ApiName | 'unknown';
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly at: number;
  /** Counts TCP connections: calls with the same number came over the same one. */
  readonly connection: number;
  readonly logId: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed body, or its text where it is not JSON. */
  readonly body: unknown;
  /** Whom it is about: the open_id, or the author or group of the message replied to. */
  readonly person?: string | undefined;
  readonly uuid?: string | undefined;
  /** Of the message to be sent. */
  readonly form?: MessageForm | undefined;
  /** A scripted fault had its hand in it. */
  readonly scripted: boolean;
  /** `abandoned`: the caller went away before an answer. */
  outcome: 'pending' | 'answered' | 'dropped' | 'abandoned';
  status?: number;
  /** Feishu's code in the body; absent for a body of another kind. */
  code?: number;
  ms?: number;
}

/** What a `start_service` call brought about. */
export interface Ticket {
  readonly person: string;
  readonly chatId: string;
  /** Absent in the bot stage. */
  readonly ticketId?: string;
  readonly agents: readonly string[];
  readonly customizedInfo?: string;
  readonly at: number;
  /** 1 created, 51 closed by the agent, 52 by the person: Feishu docs, ticket. */
  status: number;
}

/** A message of the bot as people see it. */
export interface ShownMessage {
  readonly messageId: string;
  readonly api: 'send' | 'reply';
  /** The person's open_id, or the group's chat id. */
  readonly to: string;
  /** The message it stands under. */
  readonly replyTo?: string;
  readonly chatId: string;
  readonly type: string;
  readonly form: MessageForm;
  readonly uuid?: string;
  readonly at: number;
  /** The parsed content; for a card that was updated, the newest. */
  content: unknown;
  /** All words in it, one text per line. */
  text: string;
  links: readonly string[];
  /** How often it was updated. */
  updates: number;
}

/** One attempt to deliver an event. */
export interface Delivered {
  readonly eventId?: string;
  readonly eventType?: string;
  /** 1 is the first one. */
  readonly attempt: number;
  readonly at: number;
  readonly ms: number;
  /** 0 when there was no answer. */
  readonly status: number;
}

/** Something that was seen; told in the order in which things ended. */
export type Seen =
  | { readonly kind: 'call'; readonly call: Call }
  | { readonly kind: 'ticket'; readonly ticket: Ticket }
  | { readonly kind: 'message'; readonly message: ShownMessage }
  | { readonly kind: 'delivery'; readonly delivery: Delivered };

export interface Recording {
  readonly calls: Call[];
  readonly tickets: Ticket[];
  readonly messages: ShownMessage[];
  readonly deliveries: Delivered[];
  /** Adds it to its list, and tells everyone who listens. A call is added when it comes and told when it ends. */
  add(seen: Seen): void;
  /** Something in the lists has changed. */
  touch(): void;
  /** Listens until the returned function is called. Without `seen` something changed in place. */
  listen(listener: (seen?: Seen) => void): () => void;
  clear(): void;
}

/** What was seen since the start or the last `clear`. The lists stay the same objects. */
export function createRecording(): Recording {
  const calls: Call[] = [];
  const tickets: Ticket[] = [];
  const messages: ShownMessage[] = [];
  const deliveries: Delivered[] = [];
  const listeners = new Set<(seen?: Seen) => void>();
  const tell = (seen?: Seen) => {
    for (const listener of [...listeners]) listener(seen);
  };
  return {
    calls,
    tickets,
    messages,
    deliveries,
    add(seen) {
      if (seen.kind === 'ticket') tickets.push(seen.ticket);
      if (seen.kind === 'message') messages.push(seen.message);
      if (seen.kind === 'delivery') deliveries.push(seen.delivery);
      tell(seen);
    },
    touch: () => tell(),
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    clear() {
      for (const list of [calls, tickets, messages, deliveries]) list.splice(0);
      tell();
    },
  };
}

import type { Ask, BotEvent, EventTools, Handlers, OpenId } from './bot.ts';
import type { Json } from './feishu/delivery.ts';
import { readEvent } from './feishu/events.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Queues } from './queue.ts';

/** The bot cannot judge this event yet; Feishu is asked, by a 503, to deliver it again. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
}

/** Longer than any hand-off is tried. */
const NOTE_MS = 60 * 60_000;

export interface Received {
  readonly kind: string;
  readonly outcome: 'accepted' | 'ignored';
}

export interface ReceiveParts {
  readonly handlers: Handlers;
  readonly queues: Pick<Queues, 'handoff'>;
  readonly ledger: Pick<Ledger, 'note'>;
  /** The bot's own open_id, once known. */
  readonly me: () => OpenId | undefined;
  readonly metrics: Pick<Metrics, 'decided'>;
  readonly log: Log;
}

/** Takes one opened event to its handler. When it answers, whatever the person wants is in the queue. */
export type Receive = (payload: Json) => Promise<Received>;

/** The returned function throws `StoreUnavailable` or `NotReady`; both mean that the event is still Feishu's. */
export function createReceive({ handlers, queues, ledger, me, metrics, log }: ReceiveParts): Receive {
  const toolsFor = (event: BotEvent): EventTools => ({
    requestHandoff: async (ask: Ask) => {
      const jobId = await queues.handoff(event, ask);
      log.info({ eventId: event.eventId, jobId, source: ask.source }, 'hand-off accepted');
    },
    decided: (decision) => {
      metrics.decided(decision);
      log.info({ eventId: event.eventId, ...decision }, 'decided');
    },
  });
  return async (payload) => {
    const reading = readEvent(payload, me());
    if (reading.is === 'unready') throw new NotReady('the bot does not know its own open_id yet');
    if (reading.is === 'chat') {
      await ledger.note(reading.person, reading.chat, NOTE_MS);
      return { kind: reading.kind, outcome: 'accepted' };
    }
    if (reading.is === 'ignored') {
      log.debug({ kind: reading.kind, why: reading.why }, 'ignored');
      return { kind: reading.kind, outcome: 'ignored' };
    }
    const { event } = reading;
    await dispatch(event, handlers, toolsFor(event));
    return { kind: event.kind, outcome: 'accepted' };
  };
}

function dispatch(event: BotEvent, { events }: Handlers, tools: EventTools): Promise<void> {
  switch (event.kind) {
    case 'message':
      return events.message(event, tools);
    case 'menu':
      return events.menu(event, tools);
  }
}

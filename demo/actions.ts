import { z } from 'zod';
import type { Intent } from '../handlers/intent/types.ts';
import type { FeishuEvent, Simulator } from '../simulator/index.ts';
import { type Deed, type Done, TROUBLES } from './happenings.ts';
import type { Stage } from './stage.ts';
import { LATE_MS } from './troubles.ts';

/** 15 s become a quarter of a second, and six hours six minutes: slow enough to watch. */
const LADDER_SCALE = 1 / 60;
const TEXT_LIMIT = 4_000;
const CLOSED_BY_AGENT = 51;

const id = z.string().min(1).max(100);
const person = id;

const action = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('write'), person, inGroup: z.boolean(), text: z.string().min(1).max(TEXT_LIMIT) }),
  z.strictObject({ do: z.literal('picture'), person, inGroup: z.boolean() }),
  z.strictObject({ do: z.literal('menu'), person, key: id }),
  z.strictObject({ do: z.literal('enter'), person }),
  z.strictObject({ do: z.literal('press'), person, messageId: id, value: z.unknown() }),
  z.strictObject({ do: z.literal('close'), chatId: id }),
  z.strictObject({ do: z.literal('newcomer') }),
  z.strictObject({ do: z.literal('trouble'), trouble: z.enum(TROUBLES) }),
  z.strictObject({ do: z.literal('redeliver') }),
]);

/** What a visitor of the page may do. */
export type Action = z.infer<typeof action>;

/** @throws ZodError for what is no action. */
export const parseAction = (body: unknown): Action => action.parse(body);

export interface ActionParts {
  readonly feishu: Simulator;
  readonly stage: Stage;
  readonly intent: Pick<Intent, 'decide'>;
}

/** Makes actions happen. An event is on its way when the answer comes; only for a press its fate is known. */
export function createActions({ feishu, stage, intent }: ActionParts): (action: Action) => Promise<Done> {
  const { events } = feishu;
  const groupOf = (inGroup: boolean) => (inGroup ? { group: stage.state().group } : {});
  const age = () => (stage.state().trouble === 'late' ? { ageMs: LATE_MS } : {});
  const send = (event: FeishuEvent<object>, deed: Omit<Deed, 'kind'>): Done => {
    stage.tell({ kind: 'deed', ...deed });
    stage.remember(event);
    void feishu.deliverWithRetries(event, { timeScale: LADDER_SCALE });
    return {};
  };

  const doing: { readonly [A in Action['do']]: (action: Extract<Action, { do: A }>) => Done | Promise<Done> } = {
    write: ({ person, inGroup, text }) => {
      const event = events.text({ person, text, ...groupOf(inGroup), ...age() });
      const { message_id: messageId } = event.event.message;
      const done = send(event, { does: 'write', person, inGroup, text, messageId });
      stage.tell({ kind: 'decision', text, intent: intent.decide(text) });
      return done;
    },
    picture: ({ person, inGroup }) => {
      const event = events.image({ person, ...groupOf(inGroup), ...age() });
      return send(event, { does: 'picture', person, inGroup, text: '', messageId: event.event.message.message_id });
    },
    menu: ({ person, key }) =>
      send(events.menu({ person, key, ...age() }), { does: 'menu', person, inGroup: false, text: key }),
    enter: ({ person }) => send(events.chatEntered({ person }), { does: 'enter', person, inGroup: false, text: '' }),
    press: async ({ person, messageId, value }) => {
      const { status, body } = await feishu.deliver(events.cardPress({ person, messageId, value }));
      const answer = status === 200 ? readPressAnswer(body) : undefined;
      if (answer?.card) stage.tell({ kind: 'changed', messageId, content: answer.card.data });
      return answer ? { ...(answer.toast && { toast: answer.toast }) } : { unanswered: true };
    },
    close: ({ chatId }) => {
      const ticket = feishu.tickets.find((one) => one.chatId === chatId && one.status !== CLOSED_BY_AGENT);
      if (!ticket) return {};
      ticket.status = CLOSED_BY_AGENT;
      stage.tell({ kind: 'closed', chatId });
      const { person, ticketId = '' } = ticket;
      void feishu.deliverWithRetries(events.ticketUpdated({ person, ticketId, chatId, status: CLOSED_BY_AGENT }));
      return {};
    },
    newcomer: () => {
      stage.newcomer();
      return {};
    },
    trouble: ({ trouble }) => {
      stage.make(trouble);
      return {};
    },
    redeliver: async () => {
      const event = stage.latest();
      if (event) await feishu.deliver(event);
      return {};
    },
  };
  // The compiler cannot see that an action meets the one that takes it.
  return async (action) => (doing[action.do] as (action: Action) => Done | Promise<Done>)(action);
}

const pressAnswer = z.object({
  toast: z
    .object({ type: z.string(), content: z.string(), i18n: z.record(z.string(), z.string()).exactOptional() })
    .exactOptional(),
  card: z.object({ data: z.record(z.string(), z.unknown()) }).exactOptional(),
});

/** Undefined for what Feishu would not understand either (200672). */
function readPressAnswer(body: string): z.infer<typeof pressAnswer> | undefined {
  try {
    return pressAnswer.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}

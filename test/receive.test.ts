import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Ask, EventTools, Handlers, MenuEvent } from '../src/bot.ts';
import type { Ledger } from '../src/ledger.ts';
import { createReceive } from '../src/receive.ts';
import { StoreUnavailable } from '../src/store/contract.ts';

const never = () => new Promise<never>(() => {});
const askOf = ({ person, at }: MenuEvent): Ask => ({ person, at, source: 'menu' });
const guest = { id: { open_id: 'ou_1' } };
const ticket = { ticket_id: '7', chat_id: 'oc_1', guest };

test.each([
  ['opened', 'helpdesk.ticket.created_v1', { ...ticket, channel: 9 }],
  ['closed', 'helpdesk.ticket.updated_v1', { object: { ...ticket, status: 51 } }],
])(
  'news of a chat that was %s is left with Feishu, before it gives up, when the store is slow',
  async (_, type, event) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const receive = createReceive({
      handlers: {} as Handlers,
      queues: { handoff: never, say: never, idOf: () => 'h1' },
      ledger: { kept: never, note: never } as unknown as Ledger,
      me: () => undefined,
      metrics: { decided: () => {} },
      log: pino({ enabled: false }),
    });
    const taken = receive({ header: { event_id: 'e', event_type: type }, event }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(await Promise.race([taken, 'still waiting'])).toBeInstanceOf(StoreUnavailable);
  },
);

test('Feishu does not wait until it is known whether an ask was there before', async () => {
  const menu = (event: MenuEvent, { requestHandoff }: EventTools) => requestHandoff(askOf(event));
  const receive = createReceive({
    handlers: { events: { menu } } as unknown as Handlers,
    queues: { handoff: async () => ({ isNew: never }), say: never, idOf: () => 'h1' },
    ledger: {} as Ledger,
    me: () => undefined,
    metrics: { decided: () => {} },
    log: pino({ enabled: false }),
  });
  const operator = { operator_id: { open_id: 'ou_1' } };
  const header = { event_id: 'e', event_type: 'application.bot.menu_v6' };
  const { kind, outcome } = await receive({ header, event: { operator, event_key: 'k' } });
  expect(kind).toBe('menu');
  expect(await Promise.race([outcome, 'not known yet'])).toBe('not known yet');
});

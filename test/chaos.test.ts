import { describe, expect, test } from 'vitest';
import { audit, type Evidence } from '../chaos/audit.ts';
import type { Ask } from '../chaos/crowd.ts';
import { createDice } from '../chaos/dice.ts';
import { complaints, isSound } from '../chaos/report.ts';
import { runChaos } from '../chaos/run.ts';
import { writeScript } from '../chaos/script.ts';
import { findSecondTickets } from '../chaos/second-tickets.ts';
import type { Call, ShownMessage, Ticket } from '../simulator/index.ts';

describe('the audit', () => {
  const deskLink = 'https://applink.feishu.cn/client/helpdesk/open?id=7';
  const chatLink = 'https://applink.feishu.cn/client/chat/open?openChatId=oc_1';
  const ask = { person: 'ou_1', source: 'private', eventId: 'e1', messageId: 'om_1', at: 0, event: {} } as Ask;
  const click = { person: 'ou_1', source: 'menu', eventId: 'e2', at: 0, event: {} } as Ask;
  const seen = (links: string[], replyTo?: string) =>
    ({ to: 'ou_1', links, at: 40, ...(replyTo && { replyTo }) }) as unknown as ShownMessage;
  const evidence = (asks: Ask[], messages: ShownMessage[], status = 200): Evidence => ({
    ...{ asks, messages, deskLink, calls: [] },
    tickets: [{ person: 'ou_1', chatId: 'oc_1', at: 20 } as unknown as Ticket],
    deliveries: asks.map(({ eventId }) => ({ eventId, status, attempt: 1, at: 0, ms: 1 })),
  });
  const kinds = (given: Evidence) => audit(given).faults.map(({ kind }) => kind);

  test('is content with one link or one apology for each ask', () => {
    expect(audit(evidence([ask], [seen([chatLink], 'om_1')]))).toMatchObject({ faults: [], links: 1, waits: [40] });
    expect(audit(evidence([ask], [seen([deskLink], 'om_1')]))).toMatchObject({ faults: [], apologies: 1 });
    expect(kinds(evidence([ask, click], [seen([chatLink], 'om_1'), seen([chatLink])]))).toEqual([]);
  });

  test('finds an acknowledged ask without an answer; one that was never acknowledged may have none', () => {
    expect(kinds(evidence([ask], []))).toEqual(['lost']);
    expect(kinds(evidence([ask, click], [seen([chatLink], 'om_1')]))).toEqual(['lost']);
    expect(kinds(evidence([ask], [], 503))).toEqual([]);
  });

  test('finds an answer too many, be it a link, an apology or a notice', () => {
    expect(kinds(evidence([ask], [seen([chatLink], 'om_1'), seen([deskLink], 'om_1')]))).toEqual(['doubled']);
    expect(kinds(evidence([click], [seen([chatLink]), seen([chatLink])], 503))).toEqual(['doubled']);
    expect(kinds(evidence([ask], [seen([chatLink], 'om_1'), seen([], 'om_1'), seen([], 'om_1')]))).toEqual(['doubled']);
  });

  test("finds a link to somebody else's chat", () => {
    expect(kinds(evidence([ask], [seen([chatLink.replace('oc_1', 'oc_2')], 'om_1')]))).toEqual(['strange']);
  });
});

test('a second ticket is laid to what became of its call', () => {
  const ticket = (chatId: string, at: number) => ({ person: 'ou_1', chatId, at }) as unknown as Ticket;
  const call = (at: number, ms: number, rest: Partial<Call>) =>
    ({ api: 'start_service', person: 'ou_1', at, ms, scripted: false, ...rest }) as unknown as Call;
  const shown = [{ links: ['x?openChatId=oc_good'] }] as unknown as ShownMessage[];
  const good = { ticket: ticket('oc_good', 20_020), call: call(20_000, 20, { outcome: 'answered', code: 0 }) };
  const causeOf = (at: number, first: Call, what = 'kill -9 of a worker') =>
    findSecondTickets({
      tickets: [ticket('oc_first', at), good.ticket],
      calls: [first, good.call],
      messages: shown,
      incidents: [{ what, from: 1_030, to: 1_500 }],
    }).map(({ cause }) => cause);
  expect(causeOf(1_020, call(1_000, 20, { outcome: 'dropped', scripted: true }))).toEqual([
    'connection dropped after Feishu acted',
  ]);
  expect(causeOf(1_020, call(1_000, 8_000, { outcome: 'abandoned' }))).toEqual(['no answer within the limit']);
  expect(causeOf(1_020, call(1_000, 20, { outcome: 'answered', code: 155000, scripted: true }))).toEqual([
    'refused, but done',
  ]);
  expect(causeOf(1_050, call(1_000, 30, { outcome: 'abandoned' }))).toEqual(['worker killed before the answer']);
  const answered = call(1_000, 20, { outcome: 'answered', code: 0 });
  expect(causeOf(1_020, answered)).toEqual(['worker killed before the record']);
  expect(causeOf(1_020, answered, 'outage: cut')).toEqual(['store away during the call or before the record']);
  expect(causeOf(1_020, answered, 'SIGTERM')).toEqual(['unknown']);
});

test('a seed repeats the script of disturbances', () => {
  const script = (seed: number) => writeScript(createDice(seed), { durationMs: 60_000, outages: ['stop', 'cut'] });
  expect(script(1)).toEqual(script(1));
  expect(script(1)).not.toEqual(script(2));
});

test('kills, an outage, a restart and failing calls at once: nobody is lost, and nobody is answered twice', {
  timeout: 120_000,
}, async () => {
  const outcome = await runChaos({
    ...{ store: 'embedded', seed: 3, people: 40, durationMs: 6_000 },
    ...{ patienceMs: 60_000, quietMs: 2_000, timeScale: 1 / 20_000, tell: () => {} },
  });
  expect(isSound(outcome), complaints(outcome)).toBe(true);
});

test('long connections that end while events are on their way: everybody is answered, and nobody twice', {
  timeout: 120_000,
}, async () => {
  const outcome = await runChaos({
    ...{
      store: 'embedded',
      seed: 5,
      people: 100,
      durationMs: 4_000,
      disconnects: { count: 3, hows: ['drop', 'close'] },
    },
    ...{ patienceMs: 60_000, quietMs: 1_000, timeScale: 1 / 20_000, tell: () => {} },
  });
  expect(isSound(outcome), complaints(outcome)).toBe(true);
  expect(outcome.secondTickets).toEqual([]);
  expect(outcome.evidence.deliveries.some(({ status }) => status === 0)).toBe(true);
  // On a busy machine an end may meet a connection that is being made: two ends, one new connection.
  expect(outcome.evidence.calls.filter(({ api }) => api === 'endpoint').length).toBeGreaterThan(1);
});

import { beforeAll, describe, expect, test } from 'vitest';
import type { ShownMessage } from '../../simulator/index.ts';
import {
  endWithFile,
  linkFor,
  linksFor,
  openedStores,
  settle,
  startTogether,
  type Together,
  ticketsOf,
} from '../support/service.ts';

const CLOSED_BY_AGENT = 51;

describe.each(openedStores())('asking again on %s', (store) => {
  let feishu: Together['feishu'];
  const atEnd = endWithFile();
  beforeAll(async () => {
    ({ feishu } = await startTogether(store, { atEnd }));
  });

  const ask = (person: string) => feishu.deliver(feishu.events.text({ person, text: '转人工' }));
  const answers = (person: string, count: number) =>
    feishu.waitFor(() => (linksFor(feishu, person).length >= count ? linksFor(feishu, person) : undefined), {
      what: `${count} links`,
    });

  /** Somebody who has asked twice, with the second answer. */
  async function askTwice(): Promise<{ person: string; again: ShownMessage; openNew: () => unknown }> {
    const person = feishu.newPerson();
    await ask(person);
    await answers(person, 1);
    await ask(person);
    const [, again] = await answers(person, 2);
    if (!again) throw new Error('there is no second answer');
    return { person, again, openNew: () => secondButton(again) };
  }

  /** What the second button carries. */
  function secondButton({ content }: ShownMessage): unknown {
    const { body } = content as { body: { elements: { tag: string; behaviors?: { value?: unknown }[] }[] } };
    return body.elements.filter(({ tag }) => tag === 'button')[1]?.behaviors?.[0]?.value;
  }

  test('"open a new one" opens one, says so at once, and however often the press is delivered, one', async () => {
    const { person, again, openNew } = await askTwice();
    const press = feishu.events.cardPress({ person, messageId: again.messageId, value: openNew() });
    const reply = await feishu.deliver(press);
    expect(JSON.parse(reply.body)).toMatchObject({ toast: { type: 'success' }, card: { type: 'raw' } });
    await feishu.deliver(press);
    const links = await answers(person, 3);
    await settle(feishu);
    expect(ticketsOf(feishu, person)).toHaveLength(2);
    expect(linksFor(feishu, person)).toHaveLength(3);
    expect(links[2]?.links[0]).toContain(ticketsOf(feishu, person)[1]?.chatId);
  });

  test('the button of a chat that was replaced already brings the new one, and no third', async () => {
    const { person, again, openNew } = await askTwice();
    const press = () => feishu.events.cardPress({ person, messageId: again.messageId, value: openNew() });
    await feishu.deliver(press());
    await answers(person, 3);
    await feishu.deliver(press());
    const links = await answers(person, 4);
    expect(links[3]?.links[0]).toBe(links[2]?.links[0]);
    expect(ticketsOf(feishu, person)).toHaveLength(2);
  });

  test("nobody else's press opens anything", async () => {
    const { again, openNew } = await askTwice();
    const stranger = feishu.newPerson();
    const reply = await feishu.deliver(
      feishu.events.cardPress({ person: stranger, messageId: again.messageId, value: openNew() }),
    );
    await settle(feishu);
    expect(JSON.parse(reply.body)).not.toHaveProperty('card');
    expect(ticketsOf(feishu, stranger)).toEqual([]);
  });

  test('a ticket that the desk closes ends the reuse: the next ask opens a new chat', async () => {
    const person = feishu.newPerson();
    await ask(person);
    await linkFor(feishu, person);
    await closeTicket(person);
    await ask(person);
    await answers(person, 2);
    expect(ticketsOf(feishu, person)).toHaveLength(2);
  });

  test.each([
    ['another ticket in the same chat', { ticketId: '1' }],
    ['another chat', { chatId: 'oc_another' }],
    ['a ticket that is only waited for', { status: 4 }],
  ])('the news of %s ends nothing', async (_, other) => {
    const person = feishu.newPerson();
    await ask(person);
    await linkFor(feishu, person);
    await closeTicket(person, other);
    await ask(person);
    await answers(person, 2);
    expect(ticketsOf(feishu, person)).toHaveLength(1);
  });

  async function closeTicket(person: string, other: { ticketId?: string; chatId?: string; status?: number } = {}) {
    const { ticketId = '', chatId = '' } = ticketsOf(feishu, person)[0] ?? {};
    const news = { person, ticketId, chatId, status: CLOSED_BY_AGENT, ...other };
    expect((await feishu.deliver(feishu.events.ticketUpdated(news))).status).toBe(200);
  }
});

import { beforeAll, describe, expect, test } from 'vitest';
import {
  endWithFile,
  linkFor,
  metric,
  settle,
  startTogether,
  storesHere,
  type Together,
  ticketsOf,
  until,
} from '../support/service.ts';

const DESK_LINK = 'https://applink.feishu.cn/client/helpdesk/open?id=7';
const ENV = {
  FEISHU_HELPDESK_AGENTS: 'ou_agent1, ou_agent2',
  FEISHU_HANDOFF_MENU_KEYS: 'human_agent, hr_desk',
  FEISHU_HELPDESK_LINK: DESK_LINK,
};

describe.each(storesHere())('on %s', (store) => {
  let feishu: Together['feishu'];
  let service: Together['service'];
  const atEnd = endWithFile();
  beforeAll(async () => {
    ({ feishu, service } = await startTogether(store, {
      env: ENV,
      feishu: { timeScale: 1 / 50_000 },
      atEnd,
    }));
  });

  test('a message that asks for a human is answered under it with the link of a new chat', async () => {
    const person = feishu.newPerson();
    const asked = feishu.events.text({ person, text: '打印机坏了，转人工' });
    expect(await feishu.deliver(asked)).toMatchObject({ status: 200, body: '{"msg":"success"}' });
    const answer = await linkFor(feishu, person);
    const [ticket] = ticketsOf(feishu, person);
    expect(answer).toMatchObject({ replyTo: asked.event.message.message_id, type: 'interactive' });
    expect(answer.links[0]).toContain(ticket?.chatId);
    expect(ticket).toMatchObject({
      agents: ['ou_agent1', 'ou_agent2'],
      customizedInfo: expect.stringContaining('打印机坏了，转人工'),
    });
  });

  test('a menu click is answered in private, once, however often it is delivered', async () => {
    const person = feishu.newPerson();
    const click = feishu.events.menu({ person, key: 'hr_desk' });
    for (let times = 0; times < 5; times += 1) await feishu.deliver(click);
    await linkFor(feishu, person);
    await settle(feishu);
    expect(ticketsOf(feishu, person)).toHaveLength(1);
    expect(feishu.messagesTo(person)).toHaveLength(1);
  });

  test('a message delivered five times, under other event ids too, opens one chat and shows one answer', async () => {
    const person = feishu.newPerson();
    const asked = feishu.events.text({ person, text: '转人工' });
    const copies = [0, 1, 2, 3, 4].map((n) => ({
      ...asked,
      header: { ...asked.header, event_id: n < 3 ? asked.header.event_id : `other-${n}` },
    }));
    const answers = await Promise.all(copies.map((copy) => feishu.deliver(copy)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await linkFor(feishu, person);
    await settle(feishu);
    expect(feishu.callsTo('start_service').filter((call) => call.person === person)).toHaveLength(1);
    expect(feishu.messagesTo(person)).toHaveLength(1);
  });

  test('the whole ladder of redeliveries, up to seven hours late, opens one chat and shows one answer', async () => {
    const person = feishu.newPerson();
    const answers = await feishu.deliverWithRetries(feishu.events.text({ person, text: '转人工' }), {
      evenAfter200: true,
    });
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await linkFor(feishu, person);
    await settle(feishu);
    expect(ticketsOf(feishu, person)).toHaveLength(1);
    expect(feishu.messagesTo(person)).toHaveLength(1);
  });

  test('asking again while the chat is being opened, and after, brings the same link and no second call', async () => {
    const person = feishu.newPerson();
    feishu.fault({ api: 'start_service', delayMs: 300, times: 1 });
    const asks = ['转人工', '人工客服', '转人工！'].map((text) => feishu.events.text({ person, text }));
    await Promise.all(asks.map((ask) => feishu.deliver(ask)));
    await feishu.waitFor(() => feishu.messagesTo(person).length === 3, { what: 'three answers' });
    const again = feishu.events.text({ person, text: '我要人工' });
    await feishu.deliver(again);
    await feishu.deliver({ ...again, header: { ...again.header, event_id: 'redelivered' } });
    await feishu.waitFor(() => feishu.messagesTo(person).length === 4, { what: 'a fourth answer' });
    await settle(feishu);
    const links = feishu.messagesTo(person).flatMap(({ links }) => links);
    expect(links).toHaveLength(4);
    expect(new Set(links).size).toBe(1);
    expect(ticketsOf(feishu, person)).toHaveLength(1);
  });

  test('when the reuse time is over, the next ask opens a new chat', async () => {
    const { feishu } = await startTogether(store, { env: { HANDOFF_REUSE_MINUTES: '0.01' } });
    const person = feishu.newPerson();
    await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
    const first = await linkFor(feishu, person);
    // The one wait for time in here: it is the time that is tested.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
    const second = await feishu.waitFor(() => feishu.messagesTo(person)[1], { what: 'a second answer' });
    expect(second.links).not.toEqual(first.links);
  });

  test('a hand-off that failed for good is told, and the next ask starts a fresh one', async () => {
    const person = feishu.newPerson();
    feishu.fault({ api: 'start_service', status: 404, code: 154004, times: 1 });
    await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
    const apology = await feishu.waitFor(() => feishu.messagesTo(person)[0], { what: 'an apology' });
    expect(apology.links).toEqual([DESK_LINK]);
    await until(
      async () => (await metric(service, 'handoffs_total{outcome="refused_failed",source="message"}')) === 1,
      'the job to fail',
    );
    await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
    await linkFor(feishu, person);
    expect(ticketsOf(feishu, person)).toHaveLength(1);
  });
});

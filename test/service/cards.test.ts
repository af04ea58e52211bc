import { createPostgresBackend, Queue } from 'bullmq';
import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { SENTENCES, type SentenceName } from '../../handlers/sentences.ts';
import type { ShownMessage } from '../../simulator/index.ts';
import {
  endWithFile,
  linkFor,
  linksFor,
  metric,
  settle,
  startTogether,
  type Together,
  ticketsOf,
  until,
} from '../support/service.ts';

// What Feishu shows is the same on every store, so one store is enough here.
let feishu: Together['feishu'];
let service: Together['service'];
const atEnd = endWithFile();
beforeAll(async () => {
  ({ feishu, service } = await startTogether('postgres', { env: { FEISHU_HELPDESK_NAME: 'IT 服务台' }, atEnd }));
});

/** Somebody writes; Feishu refuses the cards of these versions for them. */
async function write(text: string, refused: readonly ('card-2.0' | 'card-1.0')[] = [], ageMs = 0): Promise<string> {
  const person = feishu.newPerson();
  for (const form of refused) feishu.fault({ api: 'reply', person, form, ...REFUSED });
  await feishu.deliver(feishu.events.text({ person, text, ageMs }));
  return person;
}

const REFUSED = { status: 400, code: 230099, msg: 'Failed to create card content, ext=ErrCode: 200621; ErrMsg: x;' };

const answerTo = (person: string): Promise<ShownMessage> =>
  feishu.waitFor(() => feishu.messagesTo(person)[0], { what: 'an answer' });

const uuidsOf = (person: string) =>
  feishu.calls.filter((call) => call.person === person).flatMap(({ uuid }) => uuid ?? []);

describe('a card that Feishu refuses', () => {
  test('comes as JSON 1.0, once, under a uuid of its own, and operations can see it', async () => {
    const person = await write('转人工', ['card-2.0']);
    const shown = await linkFor(feishu, person);
    expect(shown).toMatchObject({
      form: 'card-1.0',
      content: {
        header: { title: { content: 'IT 服务台' } },
        elements: [
          { tag: 'markdown', content: expect.stringContaining('服务台会话') },
          { tag: 'action', actions: [{ tag: 'button', type: 'primary', url: shown.links[0] }] },
          { tag: 'note' },
        ],
      },
    });
    await settle(feishu);
    expect(feishu.messagesTo(person)).toHaveLength(1);
    expect(new Set(uuidsOf(person)).size).toBe(2);
    expect(await metric(service, 'cards_refused_total{form="card"}')).toBeGreaterThanOrEqual(1);
    expect(service.log).toContainEqual(
      expect.objectContaining({ msg: 'card refused', why: expect.stringContaining('230099 (200621)') }),
    );
  });

  test.each([
    ['转人工，打印机坏了', '已为你创建服务台会话'],
    ['I want to talk to a person', 'Your help-desk chat is ready.'],
    ['担当者につないでください', 'サポート用チャットを用意しました'],
  ])(
    'in both versions comes as text in the language of "%s", with the link on a line of its own',
    async (text, says) => {
      const person = await write(text, ['card-2.0', 'card-1.0']);
      const { form, content, links } = await linkFor(feishu, person);
      const lines = (content as { text: string }).text.split('\n');
      expect([form, lines[0], lines[1]]).toEqual(['text', expect.stringContaining(says), links[0]]);
      expect(new Set(uuidsOf(person)).size).toBe(3);
    },
  );

  test('is not tried again when the answer to the plainer one was lost: it shows once', async () => {
    const person = feishu.newPerson();
    feishu.fault({ api: 'reply', person, form: 'card-2.0', ...REFUSED });
    feishu.fault({ api: 'reply', person, form: 'card-1.0', drop: 'after' });
    await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
    await linkFor(feishu, person);
    await until(() => uuidsOf(person).length === 3, 'three tries');
    await settle(feishu);
    expect(feishu.messagesTo(person).map(({ form }) => form)).toEqual(['card-1.0']);
  });

  test('and whose message is gone as well comes to the person', async () => {
    const person = feishu.newPerson();
    const asked = feishu.events.text({ person, text: '转人工' });
    feishu.recall(asked.event.message.message_id);
    feishu.fault({ api: 'send', person, form: 'card-2.0', ...REFUSED });
    await feishu.deliver(asked);
    expect(await linkFor(feishu, person)).toMatchObject({ api: 'send', form: 'card-1.0' });
    expect(linksFor(feishu, person)).toHaveLength(1);
  });

  test('with a question tells what to reply instead of pressing', async () => {
    const person = await write('有人吗', ['card-2.0', 'card-1.0']);
    const { content } = await answerTo(person);
    expect(content).toEqual({ text: '需要转人工客服吗？\n需要人工请回复「转人工」。' });
    expect(ticketsOf(feishu, person)).toEqual([]);
  });
});

describe('what was really sent, in three languages', () => {
  const said = ({ content }: ShownMessage) =>
    content as { header: { template: string }; body: { elements: { tag: string; i18n_content?: object }[] } };
  const expectSaid = (shown: ShownMessage, sentence: SentenceName, colour: string, ref = '') => {
    const { header, body } = said(shown);
    const filled = Object.values(SENTENCES[sentence]).map((text) =>
      text.replaceAll('{desk}', 'IT 服务台').replaceAll('{ref}', ref),
    );
    expect(header.template).toBe(colour);
    expect(Object.values(body.elements[0]?.i18n_content ?? {})).toEqual(filled);
  };

  test('the link', async () => {
    expectSaid(await linkFor(feishu, await write('转人工')), 'linkReady', 'blue');
  });

  test('a question', async () => {
    expectSaid(await answerTo(await write('有人吗')), 'confirm', 'blue');
  });

  test.each([
    ['no access', 154402, 401, 'noAccess', 'grey'],
    ['a failure', 154004, 404, 'gaveUp', 'orange'],
  ] as const)(
    '%s, with no button and no word of a link where the desk has none',
    async (_, code, status, name, colour) => {
      const person = feishu.newPerson();
      feishu.fault({ api: 'start_service', person, status, code });
      await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
      const shown = await answerTo(person);
      const [ref = ''] = /[0-9A-F]{6}/.exec(shown.text) ?? [];
      expectSaid(shown, name, colour, ref);
      expect([ref.length, said(shown).body.elements.some(({ tag }) => tag === 'button')]).toEqual([6, false]);
    },
  );

  test('a desk that has been failing for a while, once, and then the link', async () => {
    const connection = { connectionString: inject('postgresUrl'), schema: `helpdesk_${feishu.app.id}` };
    const queue = new Queue('handoff', { connection }, createPostgresBackend);
    onTestFinished(() => queue.close());
    const person = feishu.newPerson();
    feishu.fault({ api: 'start_service', person, status: 500, code: 155000, times: 2 });
    // As a job stands in the queue whose first try failed half a minute ago.
    const ask = { person, at: Date.now(), source: 'menu', menuKey: 'human_agent' };
    const job = { v: 1, eventId: 'e', ask, tries: 1, failingSince: Date.now() - 30_000 };
    await queue.add('handoff', job, { jobId: `h${'0'.repeat(31)}1` });
    expectSaid(await answerTo(person), 'stillTrying', 'orange');
    await linkFor(feishu, person);
    expect(feishu.messagesTo(person)).toHaveLength(2);
  });
});

test('a late request is asked about with the time it was made, as the reader sees it', async () => {
  const before = Date.now();
  const person = await write('转人工', [], 20 * 60_000);
  const { content } = await answerTo(person);
  const [, at] = /millisecond='(\d+)' format_type='time'/.exec(JSON.stringify(content)) ?? [];
  expect(Math.abs(Number(at) - (before - 20 * 60_000))).toBeLessThan(5_000);
  expect(ticketsOf(feishu, person)).toEqual([]);
});

test('asking again tells since when the chat is open', async () => {
  const person = await write('转人工');
  await linkFor(feishu, person);
  await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
  const again = await feishu.waitFor(() => feishu.messagesTo(person)[1], { what: 'a second answer' });
  const [, at] = /millisecond='(\d+)' format_type='time'/.exec(JSON.stringify(again.content)) ?? [];
  expect(Math.abs(Number(at) - (ticketsOf(feishu, person)[0]?.at ?? 0))).toBeLessThan(5_000);
});

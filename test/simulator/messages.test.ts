import { describe, expect, test } from 'vitest';
import { createOnce } from '../../simulator/api/once.ts';
import type { Simulator } from '../../simulator/index.ts';
import { callApi, sendText, simulatorFor, startService } from './started.ts';

const link = 'https://applink.feishu.cn/client/chat/open?openChatId=oc_demo';
const card = (title: string) => ({
  schema: '2.0',
  header: { title: { tag: 'plain_text', content: title } },
  body: {
    elements: [
      {
        tag: 'button',
        text: { tag: 'plain_text', content: 'Open' },
        behaviors: [{ type: 'open_url', default_url: link }],
      },
    ],
  },
});
const asCard = (content: object) => ({ msg_type: 'interactive', content: JSON.stringify(content) });
const reply = (simulator: Simulator, messageId: string, body: object) =>
  callApi(simulator, 'POST', `/im/v1/messages/${messageId}/reply`, body);

test('a card is recorded as the person sees it, with its words and links', async () => {
  const simulator = await simulatorFor();
  const person = simulator.newPerson();
  const sent = await sendText(simulator, person, { ...asCard(card('Ready')), uuid: 'u-1' });
  expect(sent.body.data.message_id).toMatch(/^om_/);
  expect(simulator.messagesTo(person)).toMatchObject([
    { messageId: sent.body.data.message_id, type: 'interactive', text: 'Ready\nOpen', links: [link], uuid: 'u-1' },
  ]);
});

test('a reply reaches the writer in private, and the group in a group', async () => {
  const simulator = await simulatorFor();
  const [person, group] = [simulator.newPerson(), simulator.newGroup()];
  const inPrivate = simulator.events.text({ person, text: '转人工' }).event.message.message_id;
  const inGroup = simulator.events.text({ person, group, text: '转人工' }).event.message.message_id;
  const body = { msg_type: 'text', content: JSON.stringify({ text: `see ${link}` }) };
  await reply(simulator, inPrivate, body);
  await reply(simulator, inGroup, body);
  expect(simulator.messagesTo(person)).toMatchObject([{ api: 'reply', replyTo: inPrivate, links: [link] }]);
  expect(simulator.messagesTo(group)).toMatchObject([{ api: 'reply', replyTo: inGroup, chatId: group }]);
});

test('a reply to what was recalled or never written is refused', async () => {
  const simulator = await simulatorFor();
  const message = simulator.events.recalled({ person: simulator.newPerson() }).event.message.message_id;
  const body = { msg_type: 'text', content: '{"text":"x"}' };
  expect((await reply(simulator, message, body)).body.code).toBe(230011);
  expect((await reply(simulator, 'om_unknown', body)).body.code).toBe(231003);
  expect((await reply(simulator, 'odd', body)).body.code).toBe(230001);
});

test('a uuid sends once within an hour; the repeat answers with the first message', async () => {
  let now = 1_700_000_000_000;
  const simulator = await simulatorFor({ now: () => now });
  const person = simulator.newPerson();
  const send = async () => (await sendText(simulator, person, { uuid: 'u-1' })).body.data.message_id;
  const first = await send();
  now += 59 * 60_000;
  expect(await send()).toBe(first);
  expect(simulator.messages).toHaveLength(1);
  now += 60_000;
  expect(await send()).not.toBe(first);
});

test('a uuid that is still being sent is refused', () => {
  const once = createOnce(() => 0);
  expect(once.begin('u-1')).toBeUndefined();
  expect(once.begin('u-1')).toMatchObject({ body: { code: 230049 } });
  expect(once.begin('u-2')).toBeUndefined();
});

test('a uuid that was refused is free again', async () => {
  const simulator = await simulatorFor();
  const person = simulator.newPerson();
  simulator.restrict(person, { refuses: 230053 });
  expect((await sendText(simulator, person, { uuid: 'u-1' })).body.code).toBe(230053);
  simulator.restrict(person, {});
  expect((await sendText(simulator, person, { uuid: 'u-1' })).status).toBe(200);
});

describe('a message is refused with', () => {
  test.each([
    ['content that is no string', { content: { text: 'x' } }, 9499],
    ['content that is no JSON', { content: 'hello' }, 230001],
    ['no text', { content: '{"text":""}' }, 230001],
    ['an unknown type', { msg_type: 'letter' }, 230001],
    ['an unknown field', { uid: 'x' }, 99992402],
    ['no content', { content: undefined }, 99992402],
    ['a uuid of 51 characters', { uuid: 'x'.repeat(51) }, 99992402],
    ['a text over 150 KB', { content: JSON.stringify({ text: 'x'.repeat(150 * 1024) }) }, 230025],
    ['a card over 30 KB', asCard(card('x'.repeat(30 * 1024))), 230025],
    ['an id of another type', { receive_id: 'oc_demo' }, 230001],
    ['a post without a locale', { msg_type: 'post', content: '{"title":"x","content":[[]]}' }, 230001],
  ])('%s', async (_, part, code) => {
    const simulator = await simulatorFor();
    expect(await sendText(simulator, simulator.newPerson(), part)).toMatchObject({ status: 400, body: { code } });
    expect(simulator.messages).toHaveLength(0);
  });
});

test('a bad card is refused with the sub-code in the message', async () => {
  const simulator = await simulatorFor();
  const bad = { ...card('x'), note: 'x' };
  const { body } = await sendText(simulator, simulator.newPerson(), asCard(bad));
  expect(body).toMatchObject({ code: 230099, msg: expect.stringContaining('ErrCode: 200621;') });
});

test('the bot is in its private chats and known groups, but not in a service chat', async () => {
  const simulator = await simulatorFor();
  const [person, group] = [simulator.newPerson(), simulator.newGroup()];
  const { chat_id: privateChat } = simulator.events.text({ person, text: 'x' }).event.message;
  simulator.events.text({ person, group, text: 'x' });
  const serviceChat = (await startService(simulator, { open_id: person })).body.data.chat_id;
  const codeOf = async (receive_id: string) =>
    (
      await callApi(simulator, 'POST', '/im/v1/messages?receive_id_type=chat_id', {
        receive_id,
        msg_type: 'text',
        content: '{"text":"x"}',
      })
    ).body.code;
  expect([await codeOf(privateChat), await codeOf(group), await codeOf(serviceChat)]).toEqual([0, 0, 230002]);
  expect(simulator.messages.map(({ to }) => to)).toEqual([person, group]);
});

test('a card of ours can be replaced within 14 days, and nothing else can', async () => {
  let now = 1_700_000_000_000;
  const simulator = await simulatorFor({ now: () => now });
  const person = simulator.newPerson();
  const patch = (id: string, content: object) =>
    callApi(simulator, 'PATCH', `/im/v1/messages/${id}`, { content: JSON.stringify(content) });
  const { message_id: id } = (await sendText(simulator, person, asCard(card('Ready')))).body.data;
  const { message_id: text } = (await sendText(simulator, person)).body.data;
  expect((await patch(id, card('Closed'))).body.code).toBe(0);
  expect(simulator.messages[0]).toMatchObject({ text: 'Closed\nOpen', updates: 1 });
  expect((await patch(id, { ...card('x'), odd: 1 })).body.code).toBe(230099);
  expect((await patch(text, card('x'))).body.code).toBe(230001);
  now += 15 * 24 * 60 * 60_000;
  expect((await patch(id, card('x'))).body.code).toBe(230031);
});

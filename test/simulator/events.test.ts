import { expect, test } from 'vitest';
import { aged } from '../../simulator/envelope.ts';
import { callApi, sendText, simulatorFor } from './started.ts';

const now = 1_700_000_000_000;

test('a private text has the envelope and body of the documentation', async () => {
  const simulator = await simulatorFor({ now: () => now });
  const person = simulator.newPerson();
  const event = simulator.events.text({ person, text: '转人工', ageMs: 5_000 });
  expect(event).toMatchObject({
    schema: '2.0',
    header: {
      event_type: 'im.message.receive_v1',
      create_time: String(now - 5_000),
      token: simulator.app.verificationToken,
      app_id: simulator.app.id,
    },
    event: {
      sender: { sender_id: { open_id: person }, sender_type: 'user' },
      message: {
        chat_type: 'p2p',
        message_type: 'text',
        content: '{"text":"转人工"}',
        create_time: String(now - 5_000),
      },
    },
  });
  expect(event.event.message.mentions).toBeUndefined();
});

test('a mention stands as a placeholder in the text and by its ids beside it', async () => {
  const simulator = await simulatorFor();
  const [person, group] = [simulator.newPerson(), simulator.newGroup()];
  const mentioned = (mention?: 'other-bot' | 'all' | 'all-listed' | 'none') => {
    const { message } = simulator.events.text({ person, group, text: 'hi', ...(mention && { mention }) }).event;
    return [JSON.parse(message.content).text, message.mentions?.map(({ key, id }) => [key, id.open_id])];
  };
  expect(mentioned()).toEqual(['@_user_1 hi', [['@_user_1', simulator.app.botOpenId]]]);
  expect(mentioned('other-bot')).not.toEqual(mentioned());
  expect(mentioned('all')).toEqual(['@_all hi', []]);
  expect(mentioned('all-listed')).toEqual(['@_all hi', [['@_all', '']]]);
  expect(mentioned('none')).toEqual(['hi', undefined]);
});

test('a rich text has no locale around it, and a recalled message no content', async () => {
  const simulator = await simulatorFor();
  const person = simulator.newPerson();
  const post = simulator.events.post({ person, title: 'T', lines: ['one', 'two'], mention: 'bot' });
  expect(JSON.parse(post.event.message.content)).toMatchObject({
    title: 'T',
    content: [[{ tag: 'at', user_id: '@_user_1' }, { text: 'one' }], [{ text: 'two' }]],
  });
  expect(simulator.events.recalled({ person }).event.message.content).toBe('');
});

test('a menu click carries no chat and no message, and its time in seconds of either type', async () => {
  const simulator = await simulatorFor({ now: () => now });
  const person = simulator.newPerson();
  const click = (timestamp: 'number' | 'string') =>
    simulator.events.menu({ person, key: 'human_agent', timestamp }).event;
  expect(click('number')).toMatchObject({ event_key: 'human_agent', timestamp: 1_700_000_000 });
  expect(click('string').timestamp).toBe('1700000000');
  expect(Object.keys(click('number'))).toEqual(['operator', 'event_key', 'timestamp']);
});

test('an aged event is older in every time it carries', async () => {
  const simulator = await simulatorFor({ now: () => now });
  const person = simulator.newPerson();
  const menu = simulator.events.menu({ person, key: 'x' });
  expect(aged(menu, 60_000)).toMatchObject({
    header: { create_time: String(now - 60_000) },
    event: { timestamp: now / 1_000 - 60 },
  });
  const press = simulator.events.cardPress({ person, messageId: 'om_x', value: {} });
  expect(press.header.create_time).toBe(`${now}000`);
  expect(aged(press, 60_000).header.create_time).toBe(`${now - 60_000}000`);
});

test('a pressed button names the chat of its card', async () => {
  const simulator = await simulatorFor();
  const person = simulator.newPerson();
  const { message_id: messageId, chat_id: chatId } = (await sendText(simulator, person)).body.data;
  const press = simulator.events.cardPress({ person, messageId, value: { action: 'yes' } });
  expect(press.event).toMatchObject({
    operator: { open_id: person },
    action: { value: { action: 'yes' } },
    context: { open_message_id: messageId, open_chat_id: chatId },
  });
});

test('a message that a test wrote by hand can be replied to once it was delivered', async () => {
  const simulator = await simulatorFor();
  const person = simulator.newPerson();
  const message = { message_id: 'om_by_hand', chat_id: 'oc_by_hand', chat_type: 'group' };
  const event = simulator.events.other('im.message.receive_v1', {
    sender: { sender_id: { open_id: person } },
    message,
  });
  await simulator.deliver(event, { url: 'http://127.0.0.1:1/' });
  await callApi(simulator, 'POST', '/im/v1/messages/om_by_hand/reply', { msg_type: 'text', content: '{"text":"x"}' });
  expect(simulator.messagesTo('oc_by_hand')).toHaveLength(1);
});

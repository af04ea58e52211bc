import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FeishuEvent, type Simulator, startSimulator } from '../../simulator/index.ts';
import type { OpenId } from '../../src/bot.ts';
import type { Json } from '../../src/feishu/delivery.ts';
import { readEvent } from '../../src/feishu/events.ts';

let feishu: Simulator;
beforeAll(async () => {
  feishu = await startSimulator();
});
afterAll(() => feishu.close());

const read = (event: unknown, me: string | undefined = feishu.app.botOpenId) =>
  readEvent(event as Json, me as OpenId | undefined);
const PERSON = 'ou_1';

/** The event with some fields of its message replaced. */
const withMessage = (event: FeishuEvent<{ message: object }>, fields: object) => ({
  ...event,
  event: { ...event.event, message: { ...event.event.message, ...fields } },
});

test('a message is known by its message id, since a redelivery may have another event id', () => {
  const event = feishu.events.text({ person: PERSON, text: '转人工' });
  const { message_id: id, create_time: at } = event.event.message;
  expect(read(event)).toEqual({
    is: 'event',
    event: {
      kind: 'message',
      eventId: event.header.event_id,
      identity: id,
      messageId: id,
      person: PERSON,
      at: Number(at),
      text: '转人工',
    },
  });
});

test.each(['number', 'string'] as const)('a menu click with its time as %s is known by its event id', (timestamp) => {
  const event = feishu.events.menu({ person: PERSON, key: 'human_agent', timestamp });
  const reading = read(event);
  expect(reading).toMatchObject({
    is: 'event',
    event: { kind: 'menu', identity: event.header.event_id, key: 'human_agent', person: PERSON },
  });
  if (reading.is === 'event') expect(Math.abs(reading.event.at - Date.now())).toBeLessThan(5_000);
});

describe('times come in seconds, milliseconds and microseconds', () => {
  test.each([
    ['1700000000', 1_700_000_000_000],
    ['1700000000123', 1_700_000_000_123],
    ['1700000000123456', 1_700_000_000_123],
  ])('%s', (create_time, at) => {
    const event = withMessage(feishu.events.text({ person: PERSON, text: 'x' }), { create_time });
    expect(read(event)).toMatchObject({ event: { at } });
  });
});

test('rich text is its title and its lines', () => {
  const event = feishu.events.post({ person: PERSON, title: '报销', lines: ['发票不行', '转人工'] });
  expect(read(event)).toMatchObject({ event: { text: '报销\n发票不行\n转人工' } });
});

test('mentions are taken out of the text, the tenth not as the first and a zero', () => {
  const event = feishu.events.text({ person: PERSON, text: '@_user_10 转人工 @_user_1' });
  expect(read(event)).toMatchObject({ event: { text: '转人工' } });
});

describe('in a group', () => {
  const group = 'oc_group';
  test('a mention of this bot is for us', () => {
    expect(read(feishu.events.text({ person: PERSON, group, text: '转人工' }))).toMatchObject({
      event: { group, text: '转人工' },
    });
  });

  test.each(['none', 'colleague', 'other-bot', 'all', 'all-listed'] as const)('a mention of %s is not', (mention) => {
    expect(read(feishu.events.text({ person: PERSON, group, mention, text: '转人工' }))).toMatchObject({
      is: 'ignored',
      why: 'not addressed',
    });
  });

  test('an announcement to all is not, although it mentions the bot as well', () => {
    expect(read(feishu.events.text({ person: PERSON, group, text: '@_all 有事找机器人转人工' }))).toMatchObject({
      is: 'ignored',
    });
  });

  test('nothing can be told before the bot knows itself', () => {
    expect(
      readEvent(feishu.events.text({ person: PERSON, group, text: '转人工' }) as unknown as Json, undefined).is,
    ).toBe('unready');
  });
});

test.each(['bot', 'app'] as const)('a %s as sender is nobody to serve', (sender) => {
  expect(read(feishu.events.text({ person: PERSON, sender, text: '转人工' }))).toMatchObject({
    is: 'ignored',
    why: 'not from a person',
  });
});

test("a recalled message and Feishu's own notes have nothing to answer", () => {
  const note = feishu.events.message({ person: PERSON, type: 'system', content: '{"template":"{from_user} joined"}' });
  for (const event of [feishu.events.recalled({ person: PERSON }), note])
    expect(read(event)).toMatchObject({ is: 'ignored', why: 'no content' });
});

test.each([
  ['image', '{"image_key":"img_1"}'],
  ['audio', '{"file_key":"f","duration":1}'],
  ['merge_forward', 'Merged and Forwarded Message'],
  ['a_type_of_tomorrow', '{}'],
  ['post', '{"title":"","content":[[{"tag":"img","image_key":"img_1"}],[{"tag":"at","user_id":"@_user_1"}]]}'],
])('%s without words is a message without text', (type, content) => {
  const reading = read(feishu.events.message({ person: PERSON, type, content }));
  expect(reading).toMatchObject({ is: 'event', event: { kind: 'message' } });
  expect(reading).not.toHaveProperty('event.text');
});

test('a mention alone is a message, and a picture with words is its words', () => {
  expect(read(feishu.events.text({ person: PERSON, group: 'oc_group', text: '' }))).toMatchObject({
    event: { text: '' },
  });
  const content = JSON.stringify({ title: '', content: [[{ tag: 'img' }, { tag: 'text', text: '转人工' }]] });
  expect(read(feishu.events.message({ person: PERSON, type: 'post', content }))).toMatchObject({
    event: { text: '转人工' },
  });
});

test('a picture for everybody is an announcement, even when the bot is mentioned in it', () => {
  const content = JSON.stringify({ title: '', content: [[{ tag: 'at', user_id: '@_all' }, { tag: 'img' }]] });
  expect(read(feishu.events.message({ person: PERSON, group: 'oc_group', type: 'post', content }))).toMatchObject({
    is: 'ignored',
    why: 'not addressed',
  });
});

test('an entering is known by its event id and its person', () => {
  const event = feishu.events.chatEntered({ person: PERSON });
  const { event_id: id, create_time: at } = event.header;
  expect(read(event)).toEqual({
    is: 'event',
    event: { kind: 'entered', eventId: id, identity: id, person: PERSON, at: Number(at) },
  });
});

test("a menu key that is none of Feishu's cannot fill the log", () => {
  const reading = read(feishu.events.menu({ person: PERSON, key: `\ud800${'x'.repeat(5_000)}` }));
  expect(reading.is === 'event' && reading.event.kind === 'menu' && reading.event.key.length).toBeLessThanOrEqual(128);
});

describe('a change of a ticket', () => {
  const change = (status: number) =>
    feishu.events.ticketUpdated({ person: PERSON, ticketId: '7', chatId: 'oc_1', status });

  test.each([50, 51, 52])('to status %i closes it', (status) => {
    expect(read(change(status))).toEqual({
      is: 'closed',
      kind: 'ticket',
      person: PERSON,
      chatId: 'oc_1',
      ticketId: '7',
    });
  });

  test.each([1, 2, 3, 4, 5])('to status %i does not', (status) => {
    expect(read(change(status))).toMatchObject({ is: 'ignored', why: 'not closed' });
  });

  test('that names no chat is nobody to act on', () => {
    expect(read(feishu.events.other('helpdesk.ticket.updated_v1', { object: { status: 51 } }))).toMatchObject({
      is: 'ignored',
    });
  });
});

test('a kind nobody handles is ignored under one bounded name', () => {
  expect(read(feishu.events.other('some.new.event_v9', {}))).toEqual({ is: 'ignored', kind: 'other', why: 'kind' });
});

test('an id that cannot stand in a path is not replied to, but still counts as identity', () => {
  const event = withMessage(feishu.events.text({ person: PERSON, text: '转人工' }), { message_id: '../om:1\0' });
  const reading = read(event);
  expect(reading).toMatchObject({ event: { identity: '../om:1' } });
  expect(reading).not.toHaveProperty('event.messageId');
});

test('what a store would refuse is taken out of the text', () => {
  const event = withMessage(feishu.events.text({ person: PERSON, text: '' }), {
    content: JSON.stringify({ text: '转\0人工\ud800' }),
  });
  expect(read(event)).toMatchObject({ event: { text: '转人工\ufffd' } });
});

test('a person without a usable open_id cannot be served', () => {
  expect(read(feishu.events.menu({ person: 'ou 1', key: 'human_agent' }))).toMatchObject({
    is: 'ignored',
    why: 'no open_id',
  });
});

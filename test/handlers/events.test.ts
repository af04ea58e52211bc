import { expect, test } from 'vitest';
import { createCardHandler } from '../../handlers/card.ts';
import { createGuide } from '../../handlers/guide.ts';
import { createMenuHandler } from '../../handlers/menu.ts';
import { createMessageHandler } from '../../handlers/message.ts';
import { SENTENCES } from '../../handlers/sentences.ts';
import { createWriter } from '../../handlers/words.ts';
import type {
  Ask,
  ChatId,
  Decision,
  EventId,
  EventTools,
  Message,
  MessageEvent,
  MessageId,
  OpenId,
  PressEvent,
} from '../../src/bot.ts';
import { remember } from '../support/memory.ts';

const MESSAGE: MessageEvent = {
  kind: 'message',
  eventId: 'e1' as EventId,
  identity: 'om_1',
  messageId: 'om_1' as MessageId,
  person: 'ou_1' as OpenId,
  at: 5,
  text: '转人工',
};

const WRITER = createWriter({ sentences: () => SENTENCES, desk: () => ({ name: 'IT 服务台' }) });

function tools({ served = false } = {}) {
  const asks: Ask[] = [];
  const decisions: Decision[] = [];
  const said: { name: string; message: Message }[] = [];
  const memory = remember();
  if (served) memory.serve();
  const given: EventTools = {
    ...memory.seenFrom('h1'),
    requestHandoff: async (ask) => void asks.push(ask),
    say: async (name, message) => void said.push({ name, message }),
    decided: (decision) => void decisions.push(decision),
  };
  return { asks, said, decisions, given };
}

const deciding = (decision: Decision['decision'], hasSecondOpinion = false) =>
  createMessageHandler({
    intent: { decide: () => ({ decision, rule: 'r', evidence: [], lang: 'zh' }) },
    writer: WRITER,
    guide: createGuide({ writer: WRITER, guides: true }),
    hasSecondOpinion,
  });

test('a message that wants a human becomes an ask with all that is known', async () => {
  const { asks, decisions, given } = tools();
  await deciding('human')({ ...MESSAGE, group: 'oc_1' as ChatId }, given);
  expect(asks).toEqual([
    { person: 'ou_1', at: 5, source: 'message', text: '转人工', language: 'zh', messageId: 'om_1', group: 'oc_1' },
  ]);
  expect(decisions).toEqual([{ decision: 'human', rule: 'r' }]);
});

test.each(['unsure', 'other', 'cancel'] as const)(
  'a message that is %s is counted, and opens nothing',
  async (decision) => {
    const { asks, decisions, given } = tools();
    await deciding(decision)(MESSAGE, given);
    expect(asks).toEqual([]);
    expect(decisions).toEqual([{ decision, rule: 'r' }]);
  },
);

test('a doubtful message is asked about with two buttons, "yes" first, that only the person may press', async () => {
  const { asks, said, given } = tools();
  await deciding('unsure')(MESSAGE, given);
  expect(asks).toEqual([]);
  const buttons = said[0]?.message.card.buttons;
  expect(buttons).toMatchObject([
    { press: { does: 'handoff', person: 'ou_1' } },
    { press: { does: 'dismiss', person: 'ou_1' } },
  ]);
});

test('a doubtful message in a group is asked about in private', async () => {
  const { said, given } = tools();
  await deciding('unsure')({ ...MESSAGE, group: 'oc_1' as ChatId }, given);
  expect(said[0]?.message.to).toEqual({ kind: 'person', person: 'ou_1' });
});

test('where there is a second opinion, it is asked before the person is', async () => {
  const { asks, said, given } = tools();
  await deciding('unsure', true)(MESSAGE, given);
  expect(asks).toMatchObject([{ person: 'ou_1', doubtful: true }]);
  expect(said).toEqual([]);
});

const onPress = createCardHandler({ writer: WRITER });
const press = (value: unknown): PressEvent => ({
  kind: 'press',
  eventId: 'e' as EventId,
  identity: 'e',
  person: 'ou_1' as OpenId,
  at: 9,
  value,
});

test('"yes" is an ask, and the card says what comes next', async () => {
  const { asks, given } = tools();
  const answer = await onPress(press({ does: 'handoff', person: 'ou_1' }), given);
  expect(asks).toEqual([{ person: 'ou_1', at: 9, source: 'press' }]);
  expect(answer).toMatchObject({ tone: 'success', card: { buttons: [] } });
});

test('"open a new one" is an ask that the present chat must not answer', async () => {
  const { asks, decisions, given } = tools();
  await onPress(press({ does: 'open-new', person: 'ou_1', since: 7 }), given);
  expect(asks).toEqual([{ person: 'ou_1', at: 9, source: 'press', insteadOf: 7 }]);
  expect(decisions).toEqual([{ decision: 'human', rule: 'press-new' }]);
});

test('"no" opens nothing, and the card says so', async () => {
  const { asks, given } = tools();
  const answer = await onPress(press({ does: 'dismiss', person: 'ou_1' }), given);
  expect(asks).toEqual([]);
  expect(answer).toMatchObject({ tone: 'info', card: { tone: 'closed', buttons: [] } });
});

test('"no" does not say that nothing was created to somebody who got a chat meanwhile', async () => {
  const { asks, given } = tools({ served: true });
  const answer = await onPress(press({ does: 'dismiss', person: 'ou_1' }), given);
  expect(asks).toEqual([]);
  expect(answer).toMatchObject({ notice: SENTENCES.guideServed, card: { body: SENTENCES.guideServed } });
});

test('"send the link again" is an ask while there is a chat to lead to', async () => {
  const { asks, given } = tools({ served: true });
  await onPress(press({ does: 'again', person: 'ou_1' }), given);
  expect(asks).toEqual([{ person: 'ou_1', at: 9, source: 'press' }]);
});

test('pressed when that chat answers no longer, it opens no new one but asks', async () => {
  const { asks, decisions, given } = tools();
  const answer = await onPress(press({ does: 'again', person: 'ou_1' }), given);
  expect(asks).toEqual([]);
  expect(decisions).toEqual([{ decision: 'unsure', rule: 'press-lapsed' }]);
  const buttons = [{ press: { does: 'handoff', person: 'ou_1' } }, { press: { does: 'dismiss', person: 'ou_1' } }];
  expect(answer).toMatchObject({ tone: 'info', card: { body: SENTENCES.confirm, buttons } });
});

test.each([
  ["somebody else's", { does: 'handoff', person: 'ou_2' }],
  ['an unknown', { does: 'explode', person: 'ou_1' }],
  ["somebody else's new-chat", { does: 'open-new', person: 'ou_2', since: 7 }],
  ['a new-chat button that names no chat', { does: 'open-new', person: 'ou_1', since: 'x' }],
  ['a nameless', 'handoff'],
  ['an empty', undefined],
])('%s button does nothing, and its card stays', async (_, value) => {
  const { asks, given } = tools();
  const answer = await onPress(press(value), given);
  expect(asks).toEqual([]);
  expect(answer.card).toBeUndefined();
});

test('a menu item is an ask when its key is one of ours, and only then', async () => {
  const { asks, given } = tools();
  const onMenu = createMenuHandler({ handoffKeys: ['it', 'hr'], writer: WRITER, guides: true });
  const press = (key: string) =>
    onMenu({ kind: 'menu', eventId: 'e' as EventId, identity: 'e', person: 'ou_1' as OpenId, at: 1, key }, given);
  await press('hr');
  await press('news');
  expect(asks).toEqual([{ person: 'ou_1', at: 1, source: 'menu', menuKey: 'hr' }]);
});

test('when the queue is away, the handler does not swallow it', async () => {
  const given: EventTools = {
    ...remember().seenFrom('h1'),
    requestHandoff: () => Promise.reject(new Error('away')),
    say: async () => {},
    decided: () => {},
  };
  await expect(deciding('human')(MESSAGE, given)).rejects.toThrow('away');
});

import { expect, test } from 'vitest';
import { createMenuHandler } from '../../handlers/menu.ts';
import { createMessageHandler } from '../../handlers/message.ts';
import type { Ask, ChatId, Decision, EventId, EventTools, MessageEvent, MessageId, OpenId } from '../../src/bot.ts';

const MESSAGE: MessageEvent = {
  kind: 'message',
  eventId: 'e1' as EventId,
  identity: 'om_1',
  messageId: 'om_1' as MessageId,
  person: 'ou_1' as OpenId,
  at: 5,
  text: '转人工',
};

function tools() {
  const asks: Ask[] = [];
  const decisions: Decision[] = [];
  const given: EventTools = {
    requestHandoff: async (ask) => void asks.push(ask),
    decided: (decision) => void decisions.push(decision),
  };
  return { asks, decisions, given };
}

const deciding = (decision: Decision['decision']) =>
  createMessageHandler({ intent: { decide: () => ({ decision, rule: 'r', evidence: [], lang: 'zh' }) } });

test('a message that wants a human becomes an ask with all that is known', async () => {
  const { asks, decisions, given } = tools();
  await deciding('human')({ ...MESSAGE, group: 'oc_1' as ChatId }, given);
  expect(asks).toEqual([
    { person: 'ou_1', at: 5, source: 'message', text: '转人工', messageId: 'om_1', group: 'oc_1' },
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

test('a menu item is an ask when its key is one of ours, and only then', async () => {
  const { asks, given } = tools();
  const onMenu = createMenuHandler({ handoffKeys: ['it', 'hr'] });
  const press = (key: string) =>
    onMenu({ kind: 'menu', eventId: 'e' as EventId, identity: 'e', person: 'ou_1' as OpenId, at: 1, key }, given);
  await press('hr');
  await press('news');
  expect(asks).toEqual([{ person: 'ou_1', at: 1, source: 'menu', menuKey: 'hr' }]);
});

test('when the queue is away, the handler does not swallow it', async () => {
  const given: EventTools = { requestHandoff: () => Promise.reject(new Error('away')), decided: () => {} };
  await expect(deciding('human')(MESSAGE, given)).rejects.toThrow('away');
});

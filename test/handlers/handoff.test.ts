import { expect, test } from 'vitest';
import { createGuide } from '../../handlers/guide.ts';
import { createHandoffHandler, noteForAgent } from '../../handlers/handoff.ts';
import { SENTENCES } from '../../handlers/sentences.ts';
import { createWriter } from '../../handlers/words.ts';
import type { Ask, ChatId, HandoffTools, Message, MessageId, OpenId, Opening } from '../../src/bot.ts';
import { remember } from '../support/memory.ts';

const PRIVATE: Ask = {
  person: 'ou_1' as OpenId,
  at: 0,
  source: 'message',
  text: '打印机坏了，转人工',
  messageId: 'om_1' as MessageId,
};
const IN_GROUP: Ask = { ...PRIVATE, group: 'oc_group' as ChatId };
const CLICK: Ask = { person: 'ou_1' as OpenId, at: 0, source: 'menu', menuKey: 'human_agent' };
const LINK = 'https://applink.feishu.cn/client/chat/open?openChatId=oc_chat';
const DESK_LINK = 'https://applink.feishu.cn/client/helpdesk/open?id=7';

async function handOff(
  ask: Ask,
  opening: Opening,
  desk = {},
  opinion: 'human' | 'unsure' | 'other' = 'unsure',
): Promise<{ said: Record<string, Message>; note: string; ended: Opening }> {
  const said: Record<string, Message> = {};
  let note = '';
  const tools: HandoffTools = {
    ...remember().seenFrom('h1'),
    reference: '7K3F00',
    secondOpinion: async () => opinion,
    openChat: async (info) => {
      note = info;
      return opening;
    },
    say: async (name, message) => {
      said[name] = message;
    },
  };
  const writer = createWriter({ sentences: () => SENTENCES, desk: () => desk });
  const ended = await createHandoffHandler({ writer, guide: createGuide({ writer, guides: true }) })(ask, tools);
  return { said, note, ended };
}

test('the link goes under the message that asked for it', async () => {
  const { said } = await handOff(PRIVATE, { kind: 'opened', link: LINK, since: 0 });
  expect(said).toMatchObject({
    link: { to: { kind: 'reply', messageId: 'om_1', person: 'ou_1' }, card: { buttons: [{ link: LINK }] } },
  });
  expect(Object.keys(said)).toEqual(['link']);
});

test('a menu click has no message: its link goes to the person', async () => {
  const { said } = await handOff(CLICK, { kind: 'opened', link: LINK, since: 0 });
  expect(said.link?.to).toEqual({ kind: 'person', person: 'ou_1' });
});

test('a link never goes into a group: the person gets it, and the group a note once it is sent', async () => {
  const { said } = await handOff(IN_GROUP, { kind: 'opened', link: LINK, since: 0 });
  const { to, after } = said.link ?? {};
  expect(Object.keys(said)).toEqual(['link']);
  expect(to).toEqual({ kind: 'person', person: 'ou_1' });
  expect(after?.sent).toMatchObject({ name: 'note', to: { kind: 'group', messageId: 'om_1', group: 'oc_group' } });
  expect(JSON.stringify(after)).not.toContain(LINK);
});

test.each<[string, Opening]>([
  ['a link', { kind: 'opened', link: LINK, since: 0 }],
  ['an apology', { kind: 'refused', cause: 'failed' }],
  ['a question', { kind: 'late' }],
  ['a delay', { kind: 'again', failingForMs: 60_000 }],
])(
  'where %s cannot be sent to somebody in private, their group is told, by the same name each time',
  async (_, opening) => {
    const [said] = Object.values((await handOff(IN_GROUP, opening, { link: DESK_LINK })).said);
    expect(said?.after?.unsent).toMatchObject({ name: 'unreached', card: { buttons: [] } });
    expect(Object.values((await handOff(PRIVATE, opening)).said)[0]).not.toHaveProperty('after');
  },
);

test('a late ask for a new chat is still one for a new chat', async () => {
  const { said } = await handOff({ ...CLICK, source: 'press', insteadOf: 7 }, { kind: 'late' });
  expect(said.late?.card.buttons[0]).toMatchObject({ press: { does: 'open-new', person: 'ou_1', since: 7 } });
});

test('asked again, the same link comes with other words and since when the chat is open', async () => {
  const first = await handOff(PRIVATE, { kind: 'opened', link: LINK, since: 0 });
  const again = await handOff(PRIVATE, { kind: 'repeated', link: LINK, since: 7 });
  expect(again.said.link?.card.buttons).toEqual([
    ...(first.said.link?.card.buttons ?? []),
    expect.objectContaining({ press: { does: 'open-new', person: 'ou_1', since: 7 } }),
  ]);
  expect(again.said.link?.card.body).not.toEqual(first.said.link?.card.body);
  expect(again.said.link?.card.time).toBe(7);
});

test('a person outside the desk is told which desk, and given its own link', async () => {
  const { said } = await handOff(
    PRIVATE,
    { kind: 'refused', cause: 'no-access' },
    { name: 'IT 服务台', link: DESK_LINK },
  );
  expect(said.sorry?.card.body.zh).toContain('「IT 服务台」');
  expect(said.sorry?.card.buttons).toMatchObject([{ link: DESK_LINK }]);
});

test('an apology carries the reference, and no button where the desk has no link', async () => {
  const { said } = await handOff(PRIVATE, { kind: 'refused', cause: 'failed' });
  expect(said.sorry?.card.body).toMatchObject({
    zh: expect.stringContaining('7K3F00'),
    en: expect.stringContaining('7K3F00'),
  });
  expect(said.sorry?.card.buttons).toEqual([]);
});

test.each(['no-access', 'failed'] as const)(
  '%s: where the desk has no link, none is offered in words',
  async (cause) => {
    const without = (await handOff(PRIVATE, { kind: 'refused', cause })).said.sorry?.card.body;
    const withLink = (await handOff(PRIVATE, { kind: 'refused', cause }, { link: DESK_LINK })).said.sorry?.card.body;
    expect(withLink).toMatchObject({
      zh: expect.stringContaining('直接打开'),
      en: expect.stringContaining('directly'),
    });
    expect(JSON.stringify(without)).not.toMatch(/直接打开|directly|直接開いて/);
  },
);

test('an ask that is too old is asked about', async () => {
  const { said } = await handOff(PRIVATE, { kind: 'late' });
  expect(Object.keys(said)).toEqual(['late']);
  expect(said.late?.card).toMatchObject({ time: PRIVATE.at, buttons: [{}, {}] });
});

test('a doubtful ask that stays doubtful opens nothing: the person is asked', async () => {
  const { said, ended } = await handOff({ ...PRIVATE, doubtful: true }, { kind: 'opened', link: LINK, since: 0 });
  expect(ended).toEqual({ kind: 'asked' });
  expect(Object.keys(said)).toEqual(['confirm']);
});

test('a doubtful ask that turns out to be none opens nothing, and gets a guide', async () => {
  const { said, ended } = await handOff(
    { ...PRIVATE, doubtful: true },
    { kind: 'opened', link: LINK, since: 0 },
    {},
    'other',
  );
  expect(ended).toEqual({ kind: 'unwanted' });
  expect(Object.keys(said)).toEqual(['guide']);
});

test('a doubtful ask that is called human is one', async () => {
  const { said } = await handOff({ ...PRIVATE, doubtful: true }, { kind: 'opened', link: LINK, since: 0 }, {}, 'human');
  expect(Object.keys(said)).toEqual(['link']);
});

test('a failing desk is mentioned after twenty seconds, and not before', async () => {
  expect((await handOff(PRIVATE, { kind: 'again', failingForMs: 19_999 })).said).toEqual({});
  expect(Object.keys((await handOff(PRIVATE, { kind: 'again', failingForMs: 20_000 })).said)).toEqual(['trying']);
});

test('while another ask of the same person is at work, nothing is said', async () => {
  const { said, ended } = await handOff(PRIVATE, { kind: 'busy' });
  expect(said).toEqual({});
  expect(ended).toEqual({ kind: 'busy' });
});

test('the agent reads what the person wrote and how they asked', () => {
  expect(noteForAgent(PRIVATE)).toBe('私聊 (direct message)：打印机坏了，转人工');
  expect(noteForAgent(IN_GROUP)).toContain('群聊');
  expect(noteForAgent(CLICK)).toContain('human_agent');
});

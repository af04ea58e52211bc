import { expect, test } from 'vitest';
import { createHandlers } from '../../handlers/index.ts';
import { createIntent } from '../../handlers/intent/index.ts';
import type { Verdict } from '../../handlers/intent/types.ts';
import { SENTENCES } from '../../handlers/sentences.ts';
import type { ChatId, Decision, EventId, Message, MessageEvent, MessageId, OpenId } from '../../src/bot.ts';
import { readPhrases } from '../../src/phrases.ts';
import { readWeights } from '../../src/weights.ts';
import { remember } from '../support/memory.ts';

const PERSON = 'ou_1' as OpenId;
const MINUTE = 60_000;
const BUTTON = { press: { does: 'handoff', person: PERSON } };

interface World {
  readonly guides?: boolean;
  readonly welcomeMs?: number;
  readonly opinion?: 'other';
}

/** One person and the bot. The text of a message is the decision about it, or the rule that makes it doubtful. */
function createWorld({ guides = true, welcomeMs = 30 * 24 * 60 * MINUTE, opinion }: World = {}) {
  const memory = remember();
  const said: { name: string; message: Message }[] = [];
  const decisions: Decision[] = [];
  const handlers = createHandlers({
    intent: {
      decide: (text) => {
        const verdict = text as Verdict;
        const doubtful = !['human', 'other', 'cancel'].includes(text);
        return { decision: doubtful ? 'unsure' : verdict, rule: text, evidence: [], lang: 'zh' };
      },
    },
    handoffKeys: ['human_agent'],
    sentences: () => SENTENCES,
    desk: () => ({ name: 'IT 服务台', bot: '小助手' }),
    hasSecondOpinion: opinion !== undefined,
    guides,
    welcomeMs,
  });
  const toolsOf = (jobId: string) => ({
    ...memory.seenFrom(jobId),
    say: async (name: string, message: Message) => void said.push({ name, message }),
  });
  const eventTools = (jobId: string) => ({
    ...toolsOf(jobId),
    decided: (decision: Decision) => void decisions.push(decision),
    requestHandoff: async (ask: Parameters<typeof handlers.jobs.handoff>[0]) =>
      void (await handlers.jobs.handoff(ask, {
        ...toolsOf(jobId),
        reference: '7K3F00',
        secondOpinion: async () => opinion ?? 'unsure',
        openChat: async () => ({ kind: 'opened', link: 'https://example.com', since: 0 }),
      })),
  });
  const base = (id: string) => ({ eventId: id as EventId, identity: id, person: PERSON, at: Date.now() });
  let count = 0;
  const next = () => `e${++count}`;
  return {
    ...memory,
    decisions,
    /** Writes it, and answers what came of it: names and cards. */
    async write(text: string | undefined, { id = next(), ...fields }: Partial<MessageEvent> & { id?: string } = {}) {
      const before = said.length;
      const event = {
        ...base(id),
        kind: 'message',
        messageId: id as MessageId,
        ...(text && { text }),
        ...fields,
      } as const;
      await handlers.events.message(event, eventTools(id));
      return said.slice(before);
    },
    async click(key: string) {
      const before = said.length;
      const id = next();
      await handlers.events.menu({ ...base(id), kind: 'menu', key }, eventTools(id));
      return said.slice(before);
    },
    async enter(agoMs = 0) {
      const before = said.length;
      const id = next();
      await handlers.events.entered({ ...base(id), kind: 'entered', at: Date.now() - agoMs }, eventTools(id));
      return said.slice(before);
    },
  };
}

const bodies = (said: readonly { message: Message }[]) => said.map(({ message }) => message.card.body);

test('an ordinary question is answered with what this bot does and one button, which only the person may press', async () => {
  const { write } = createWorld();
  const said = await write('other', { id: 'om_7' });
  expect(said).toMatchObject([
    {
      name: 'guide',
      message: {
        to: { kind: 'reply', messageId: 'om_7', person: PERSON },
        courtesy: true,
        card: { body: SENTENCES.guide, buttons: [BUTTON] },
      },
    },
  ]);
});

test('a picture, a voice message or a file is answered with a sentence of its own', async () => {
  const { write, decisions } = createWorld();
  expect(bodies(await write(undefined))).toEqual([SENTENCES.unreadable]);
  expect(decisions).toEqual([{ decision: 'other', rule: 'unreadable' }]);
});

test('a guide comes once in ten minutes, whatever is written', async () => {
  const { write, pass } = createWorld();
  await write('other');
  pass(9 * MINUTE);
  expect(await write('other')).toEqual([]);
  expect(await write(undefined)).toEqual([]);
  pass(2 * MINUTE);
  expect(await write('other')).toHaveLength(1);
});

test('a redelivered question has the place it had: its guide is not lost when the first delivery died before writing it', async () => {
  const { write } = createWorld();
  const [first] = await write('other', { id: 'om_1' });
  await write('other', { id: 'om_2' });
  expect(await write('other', { id: 'om_1' })).toEqual([first]);
});

test('in a group nobody else is disturbed: the guide goes to the person', async () => {
  const { write } = createWorld();
  expect(await write('other', { group: 'oc_1' as ChatId })).toMatchObject([
    { message: { to: { kind: 'person', person: PERSON } } },
  ]);
});

test('after two tries that got nowhere, the next guide says so and has its button first', async () => {
  const { write, pass } = createWorld();
  const [first] = await write('other');
  expect(first?.message.card).not.toHaveProperty('buttonsFirst');
  expect(await write('other')).toEqual([]);
  pass(11 * MINUTE);
  const said = await write('other');
  expect(said).toMatchObject([
    { message: { card: { buttonsFirst: true, body: SENTENCES.guideAgain, buttons: [BUTTON] } } },
  ]);
  expect(await write('other')).toEqual([]);
});

test.each(['frustration', 'en-frustration', 'ja-frustration'])(
  'after %s as well, and the question is asked as ever',
  async (rule) => {
    const { write } = createWorld();
    expect(await write(rule)).toMatchObject([{ name: 'confirm' }]);
    expect(await write('other')).toMatchObject([{ message: { card: { buttonsFirst: true } } }]);
  },
);

test('what is said in anger is decided by a rule that the guide knows as anger, in each language', () => {
  const { decide } = createIntent(readPhrases({}), readWeights());
  const rules = ['什么破机器人', 'you are useless', '使えないボットだな'].map((text) => decide(text).rule);
  expect(rules).toEqual(['frustration', 'en-frustration', 'ja-frustration']);
});

test('a hand-off ends the row of tries, and so does an hour', async () => {
  const { write, pass } = createWorld();
  await write('frustration');
  await write('human');
  expect(bodies(await write('other'))).toEqual([SENTENCES.guide]);
  await write('frustration');
  pass(61 * MINUTE);
  expect(bodies(await write('other'))).toEqual([SENTENCES.guide]);
});

test('who has been served already is told where to go on', async () => {
  const { write, serve } = createWorld();
  serve();
  expect(await write('other')).toMatchObject([
    { message: { card: { body: SENTENCES.guideServed, buttons: [{ press: { does: 'again', person: PERSON } }] } } },
  ]);
});

test('"no human" is answered in private and once, and only while none is on the way', async () => {
  const { write } = createWorld();
  expect(await write('cancel', { group: 'oc_1' as ChatId })).toEqual([]);
  expect(await write('cancel')).toMatchObject([
    { name: 'cancelled', message: { courtesy: true, card: { body: SENTENCES.cancelled, buttons: [] } } },
  ]);
  expect(await write('cancel')).toEqual([]);
  const served = createWorld();
  served.serve();
  expect(await served.write('cancel')).toEqual([]);
});

test('a second opinion that says "other" leaves the person with a guide, not with nothing', async () => {
  const { write } = createWorld({ opinion: 'other' });
  expect(bodies(await write('hint'))).toEqual([SENTENCES.guide]);
});

test('another menu key is a warning for operations, and a way that works for the person', async () => {
  const { click, decisions, pass } = createWorld();
  expect(await click('news')).toMatchObject([
    {
      name: 'menu',
      message: { to: { kind: 'person' }, courtesy: true, card: { body: SENTENCES.unknownMenu, buttons: [BUTTON] } },
    },
  ]);
  expect(decisions).toEqual([{ decision: 'other', rule: 'menu-unknown', unknown: 'news' }]);
  expect(await click('news')).toEqual([]);
  pass(2 * MINUTE);
  expect(await click('news')).toHaveLength(1);
});

test('where another bot answers, nothing of this is said; hand-offs and questions are as ever', async () => {
  const { write, click } = createWorld({ guides: false });
  for (const text of ['other', 'cancel', undefined]) expect(await write(text)).toEqual([]);
  expect(await click('news')).toEqual([]);
  expect(await write('hint')).toMatchObject([{ name: 'confirm' }]);
  expect(await write('human')).toMatchObject([{ name: 'link' }]);
});

test('who opens the chat is welcomed by open_id and name, once in the time given', async () => {
  const { enter, pass } = createWorld({ welcomeMs: 60 * MINUTE });
  const [welcome] = await enter();
  expect(welcome).toMatchObject({
    name: 'welcome',
    message: { to: { kind: 'person', person: PERSON }, courtesy: true, card: { buttons: [BUTTON] } },
  });
  expect(welcome?.message.card.body.zh).toContain('小助手');
  pass(59 * MINUTE);
  expect(await enter()).toEqual([]);
  pass(2 * MINUTE);
  expect(await enter()).toHaveLength(1);
});

test('nobody is welcomed long after they came; the next time will do', async () => {
  const { enter } = createWorld();
  expect(await enter(30 * MINUTE)).toEqual([]);
  expect(await enter()).toHaveLength(1);
});

test('a welcome can be switched off', async () => {
  expect(await createWorld({ welcomeMs: 0 }).enter()).toEqual([]);
});

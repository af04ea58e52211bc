import { beforeAll, expect, test } from 'vitest';
import type { FeishuEvent } from '../../simulator/index.ts';
import {
  endWithFile,
  linkFor,
  linksFor,
  settle,
  simulate,
  startService,
  startTogether,
  storeEnv,
  type Together,
  ticketsOf,
  until,
} from '../support/service.ts';

let feishu: Together['feishu'];
let service: Together['service'];
const atEnd = endWithFile();
beforeAll(async () => {
  ({ feishu, service } = await startTogether('postgres', { atEnd }));
  await until(() => service.log.some(({ msg }) => msg === 'known to Feishu'), 'the bot to know itself');
});

async function opensNothing(person: string, event: FeishuEvent<object>): Promise<void> {
  expect((await feishu.deliver(event)).status).toBe(200);
  await settle(feishu);
  expect(ticketsOf(feishu, person)).toEqual([]);
  expect(feishu.messagesTo(person)).toEqual([]);
}

test('asked in a group, the link goes to the asker alone and the group gets a short note', async () => {
  const [person, group] = [feishu.newPerson(), feishu.newGroup()];
  const asked = feishu.events.text({ person, group, text: '转人工' });
  await feishu.deliver(asked);
  await linkFor(feishu, person);
  const note = await feishu.waitFor(() => feishu.messagesTo(group)[0], { what: 'a note in the group' });
  expect(note).toMatchObject({ links: [], replyTo: asked.event.message.message_id });
  expect(JSON.stringify(note.content)).not.toContain('oc_');
});

test('the group hears of a link only once it is sent', async () => {
  const [person, group] = [feishu.newPerson(), feishu.newGroup()];
  feishu.fault({ api: 'send', person, status: 400, code: 230020, times: 1 });
  await feishu.deliver(feishu.events.text({ person, group, text: '转人工' }));
  const note = await feishu.waitFor(() => feishu.messagesTo(group)[0], { what: 'a note in the group' });
  const link = linksFor(feishu, person)[0];
  expect(note.at).toBeGreaterThanOrEqual(link?.at ?? Number.POSITIVE_INFINITY);
  await settle(feishu);
  expect(feishu.messagesTo(group)).toHaveLength(1);
});

test.each([
  ['muted the bot', 230053, '转人工'],
  ['is outside the app', 230013, 'I want to talk to a person'],
  ['may not want a human', 230053, '有人吗'],
])(
  'a person who %s and cannot be written to is told so in the group, once, without the link',
  async (_, refuses, text) => {
    const [person, group] = [feishu.newPerson(), feishu.newGroup()];
    feishu.restrict(person, { refuses });
    const asked = feishu.events.text({ person, group, text });
    await feishu.deliver(asked);
    const told = await feishu.waitFor(() => feishu.messagesTo(group)[0], { what: 'a word in the group' });
    expect(told).toMatchObject({ links: [], replyTo: asked.event.message.message_id });
    expect(told.text).toContain('I could not write to you privately.');
    expect(JSON.stringify(told.content)).toContain('我没能私聊你');
    await feishu.deliver(asked);
    await settle(feishu);
    expect(feishu.messagesTo(group)).toHaveLength(1);
    expect(feishu.messagesTo(person)).toEqual([]);
  },
);

test('rich text is read like text', async () => {
  const person = feishu.newPerson();
  await feishu.deliver(feishu.events.post({ person, title: '报销', lines: ['发票报销不了', '转人工'] }));
  await linkFor(feishu, person);
});

test('nothing happens for a recalled message, a bot, or a kind nobody handles', async () => {
  const person = feishu.newPerson();
  await opensNothing(person, feishu.events.recalled({ person }));
  await opensNothing(person, feishu.events.text({ person, text: '转人工', sender: 'bot' }));
  await opensNothing(person, feishu.events.other('im.chat.member.bot.added_v1', { operator_id: { open_id: person } }));
});

test.each(['none', 'colleague', 'other-bot', 'all', 'all-listed'] as const)(
  'in a group, a message that mentions %s is not for us',
  async (mention) => {
    const person = feishu.newPerson();
    await opensNothing(person, feishu.events.text({ person, group: feishu.newGroup(), mention, text: '转人工' }));
  },
);

test('until the bot knows itself, group messages are left with Feishu and private ones are served', async () => {
  const other = await simulate();
  const silence = other.fault({ api: 'bot_info', status: 500, code: 1500, times: 1_000 });
  const late = await startService({ ...other.env, ...(await storeEnv('postgres')) });
  other.webhook = late.webhook;
  const [person, group] = [other.newPerson(), other.newGroup()];
  const asked = other.events.text({ person, group, text: '转人工' });
  expect((await other.deliver(asked)).status).toBe(503);
  const privately = other.newPerson();
  await until(
    async () => (await other.deliver(other.events.text({ person: privately, text: '转人工' }))).status === 200,
    'the store',
  );
  await linkFor(other, privately);
  silence.remove();
  await until(async () => (await other.deliver(asked)).status === 200, 'the bot to know itself');
  await linkFor(other, person);
  expect(linksFor(other, person)).toHaveLength(1);
});

import { beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import type { FeishuEvent, ShownMessage, Simulator } from '../../simulator/index.ts';
import type { OpenId } from '../../src/bot.ts';
import { handoffJobId } from '../../src/jobs.ts';
import { createMemory } from '../../src/memory.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { startProxy, type Wire } from '../support/proxy.ts';
import {
  endWithFile,
  linkFor,
  metric,
  settle,
  startService,
  startTogether,
  type Together,
  ticketsOf,
  until,
  untilReady,
} from '../support/service.ts';

/** Wants no human, and nobody can answer it here. */
const ORDINARY = '年假还剩几天怎么查？';

let feishu: Simulator;
let service: Together['service'];
let env: Together['env'];
/** A second front door of the same bot, whose wire to the store can be cut. */
let other: Together['service'];
let wire: Wire;
const atEnd = endWithFile();
beforeAll(async () => {
  ({ feishu, service, env } = await startTogether('postgres', { atEnd, env: { FEISHU_HELPDESK_NAME: 'IT 服务台' } }));
  const url = new URL(inject('postgresUrl'));
  wire = await startProxy({ host: url.hostname, port: Number(url.port) });
  atEnd(() => wire.close());
  url.port = String(wire.port);
  other = await startService({ ...env, ROLE: 'web', QUEUE_URL: url.href }, { atEnd });
  await Promise.all([service, other].map(knowsItself));
  await untilReady(other);
});

const knowsItself = ({ log }: Together['service']) =>
  until(() => log.some(({ msg }) => msg === 'known to Feishu'), 'the bot to know itself');

/** All that this person was shown, once what came before is done: courtesies are sent in their order. */
async function shownTo(person: string): Promise<readonly ShownMessage[]> {
  const witness = feishu.newPerson();
  await feishu.deliver(feishu.events.text({ person: witness, text: ORDINARY }));
  await settle(feishu);
  await feishu.waitFor(() => feishu.messagesTo(witness)[0], { what: 'the witness to be guided' });
  return feishu.messagesTo(person);
}

const firstCard = (person: string) => feishu.waitFor(() => feishu.messagesTo(person)[0], { what: 'a card' });

async function deliver(event: FeishuEvent<object>): Promise<void> {
  expect((await feishu.deliver(event)).status).toBe(200);
}

interface Element {
  readonly tag: string;
  readonly i18n_content?: Readonly<Record<string, string>>;
  readonly behaviors?: readonly { readonly type: string; readonly value?: unknown }[];
}

const elementsOf = ({ content }: ShownMessage) => (content as { body: { elements: readonly Element[] } }).body.elements;
const textOf = (shown: ShownMessage) => elementsOf(shown).find(({ tag }) => tag === 'markdown')?.i18n_content;
const buttonOf = (shown: ShownMessage) => elementsOf(shown).find(({ tag }) => tag === 'button')?.behaviors?.[0];

/** One button, which makes a hand-off and which this person alone may press, under or over a text in three languages. */
function expectGuide(shown: ShownMessage | undefined, person: string, zh: RegExp, does = 'handoff'): void {
  if (!shown) throw new Error('nothing was shown');
  expect(elementsOf(shown).filter(({ tag }) => tag === 'button')).toHaveLength(1);
  expect(buttonOf(shown)).toEqual({ type: 'callback', value: { does, person } });
  const text = textOf(shown);
  expect(text).toEqual({ zh_cn: expect.stringMatching(zh), en_us: expect.any(String), ja_jp: expect.any(String) });
}

test('an ordinary question is answered once with a guide, however often it is delivered; its button opens a chat', async () => {
  const person = feishu.newPerson();
  const event = feishu.events.text({ person, text: ORDINARY });
  const again = (n: number) => ({ ...event, header: { ...event.header, event_id: `again-${person}-${n}` } });
  for (const each of [event, again(1), again(2)]) await deliver(each);
  await deliver(feishu.events.text({ person, text: '那病假呢？' }));
  const shown = await shownTo(person);
  expect(shown).toMatchObject([{ replyTo: event.event.message.message_id }]);
  expectGuide(shown[0], person, /人工/);
  expect(ticketsOf(feishu, person)).toEqual([]);
  const { messageId = '' } = shown[0] ?? {};
  await deliver(feishu.events.cardPress({ person, messageId, value: { does: 'handoff', person } }));
  await linkFor(feishu, person);
});

test.each([
  ['a picture', 'image', { image_key: 'img_demo' }],
  ['a voice message', 'audio', { file_key: 'file_demo', duration: 2_000 }],
  ['a file', 'file', { file_key: 'file_demo', file_name: 'a.pdf' }],
  ['a sticker', 'sticker', { file_key: 'file_demo' }],
  ['rich text that is a picture alone', 'post', { title: '', content: [[{ tag: 'img', image_key: 'img_demo' }]] }],
])('%s is answered with a sentence of its own', async (_, type, content) => {
  const person = feishu.newPerson();
  await deliver(feishu.events.message({ person, type, content: JSON.stringify(content) }));
  expectGuide(await firstCard(person), person, /看不懂图片/);
});

test('in a group the guide goes to the person, and the group sees nothing', async () => {
  const [person, group] = [feishu.newPerson(), feishu.newGroup()];
  await deliver(feishu.events.text({ person, group, text: ORDINARY }));
  const shown = await firstCard(person);
  expect(shown).not.toHaveProperty('replyTo');
  expectGuide(shown, person, /人工/);
  await shownTo(person);
  expect(feishu.messagesTo(group)).toEqual([]);
});

test('who is angry with the bot finds the button of the next guide first, and the reason beside it', async () => {
  const person = feishu.newPerson();
  await deliver(feishu.events.text({ person, text: '什么破机器人' }));
  await deliver(feishu.events.text({ person, text: ORDINARY }));
  const guide = (await shownTo(person)).at(-1);
  expectGuide(guide, person, /没帮上忙/);
  expect(guide && elementsOf(guide).map(({ tag }) => tag)).toEqual(['button', 'markdown']);
});

test('who has a chat is told to go on there; the button brings its link again', async () => {
  const person = feishu.newPerson();
  await deliver(feishu.events.text({ person, text: '转人工' }));
  await linkFor(feishu, person);
  await deliver(feishu.events.text({ person, text: '不用转人工了' }));
  await deliver(feishu.events.text({ person, text: ORDINARY }));
  const shown = await shownTo(person);
  expect(shown).toHaveLength(2);
  expectGuide(shown[1], person, /服务台会话里继续/, 'again');
  await deliver(feishu.events.cardPress({ person, messageId: 'om_1', value: { does: 'again', person } }));
  expect(await shownTo(person)).toHaveLength(3);
  expect(ticketsOf(feishu, person)).toHaveLength(1);
});

test('who wants no human reads that nothing was created', async () => {
  const person = feishu.newPerson();
  await deliver(feishu.events.text({ person, text: '不用转人工了' }));
  const shown = await firstCard(person);
  expect(textOf(shown)?.zh_cn).toBe('好的，没有创建会话。');
  expect(buttonOf(shown)).toBeUndefined();
  expect(ticketsOf(feishu, person)).toEqual([]);
});

test('another menu key brings a card with a way that works, and a warning that names it', async () => {
  const person = feishu.newPerson();
  const key = `old\ud800${'x'.repeat(500)}`;
  await deliver(feishu.events.menu({ person, key: 'old_item' }));
  expectGuide(await firstCard(person), person, /正在更新/);
  const warning = service.log.find(({ unknown }) => unknown === 'old_item');
  expect(warning).toMatchObject({ level: 'warn', rule: 'menu-unknown' });
  await deliver(feishu.events.menu({ person, key }));
  expect(service.log.every(({ unknown = '' }) => String(unknown).length <= 128)).toBe(true);
  expect(await metric(service, 'intent_decisions_total{decision="other",rule="menu-unknown"}')).toBeGreaterThan(1);
});

test('of many enterings, at two doors at once, exactly one is welcomed', async () => {
  const people = Array.from({ length: 5 }, () => feishu.newPerson());
  const enterings = people.flatMap((person) =>
    Array.from({ length: 6 }, (_, n) =>
      feishu.deliver(feishu.events.chatEntered({ person }), { url: n % 2 ? service.webhook : other.webhook }),
    ),
  );
  expect((await Promise.all(enterings)).every(({ status }) => status === 200)).toBe(true);
  for (const person of people) {
    const shown = await firstCard(person);
    expectGuide(shown, person, /我是 demo-bot/);
    expect(shown).not.toHaveProperty('replyTo');
  }
  await shownTo(people[0] ?? '');
  expect(people.map((person) => feishu.messagesTo(person).length)).toEqual([1, 1, 1, 1, 1]);
});

test('of many questions of one person, at two doors at once, exactly one is guided', async () => {
  const person = feishu.newPerson();
  const questions = Array.from({ length: 8 }, (_, n) =>
    feishu.deliver(feishu.events.text({ person, text: ORDINARY }), { url: n % 2 ? service.webhook : other.webhook }),
  );
  expect((await Promise.all(questions)).every(({ status }) => status === 200)).toBe(true);
  expect(await shownTo(person)).toHaveLength(1);
});

test('when the store is away a question is left with Feishu, and guided once when it comes again', async () => {
  const [person, guest] = [feishu.newPerson(), feishu.newPerson()];
  const events = [feishu.events.text({ person, text: ORDINARY }), feishu.events.chatEntered({ person: guest })];
  const statuses = async () =>
    Promise.all(events.map(async (event) => (await feishu.deliver(event, { url: other.webhook })).status));
  wire.cut();
  expect(await statuses()).toEqual([503, 503]);
  wire.mend();
  await until(async () => (await statuses()).every((status) => status === 200), 'the store to be back');
  await statuses();
  expect(await shownTo(person)).toHaveLength(1);
  expect(feishu.messagesTo(guest)).toHaveLength(1);
});

test('a door that died between noting the guide and writing it leaves it to the redelivery', async () => {
  const store = openPostgres(
    { connectionString: inject('postgresUrl') },
    { namespace: feishu.app.id, onError: () => {} },
  );
  onTestFinished(() => store.close());
  await store.ready;
  const person = feishu.newPerson();
  const event = feishu.events.text({ person, text: ORDINARY });
  const jobId = handoffJobId(feishu.app.id, event.event.message.message_id);
  await createMemory({ ledger: store.ledger, person: person as OpenId, jobId }).placeOf('guide', 600_000);
  await deliver(feishu.events.text({ person, text: '那病假呢？' }));
  expect(await shownTo(person)).toEqual([]);
  await deliver(event);
  expect(await shownTo(person)).toMatchObject([{ replyTo: event.event.message.message_id }]);
});

test('GUIDE=off and WELCOME_DAYS=0 leave everybody alone who does not want a human', async () => {
  const quiet = await startService({ ...env, ROLE: 'web', GUIDE: 'off', WELCOME_DAYS: '0' });
  const person = feishu.newPerson();
  await until(async () => (await fetch(`${quiet.ops}/readyz`)).ok, 'the door');
  for (const event of [
    feishu.events.text({ person, text: ORDINARY }),
    feishu.events.image({ person }),
    feishu.events.text({ person, text: '不用转人工了' }),
    feishu.events.menu({ person, key: 'old_item' }),
    feishu.events.chatEntered({ person }),
  ])
    expect((await feishu.deliver(event, { url: quiet.webhook })).status).toBe(200);
  expect(await shownTo(person)).toEqual([]);
});

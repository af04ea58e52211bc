import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, inject, onTestFinished, test } from 'vitest';
import type { ShownMessage, Simulator } from '../../simulator/index.ts';
import { startProxy } from '../support/proxy.ts';
import {
  linkFor,
  settle,
  simulate,
  startService,
  startTogether,
  ticketsOf,
  until,
  untilReady,
} from '../support/service.ts';

/** Something that may or may not be a call for a human. */
const DOUBTFUL = '有人吗';

const cardFor = (feishu: Simulator, person: string) =>
  feishu.waitFor(() => feishu.messagesTo(person)[0], { what: 'a question' });

/** What the buttons of a shown card carry, in their order. */
function pressesOf({ content }: ShownMessage): unknown[] {
  const { body } = content as { body: { elements: { tag: string; behaviors?: { value?: unknown }[] }[] } };
  return body.elements.filter(({ tag }) => tag === 'button').map(({ behaviors }) => behaviors?.[0]?.value);
}

async function ask(feishu: Simulator, text = DOUBTFUL): Promise<{ person: string; card: ShownMessage }> {
  const person = feishu.newPerson();
  await feishu.deliver(feishu.events.text({ person, text }));
  return { person, card: await cardFor(feishu, person) };
}

test('a doubtful message is asked about; "yes" opens the chat, the answer comes at once and the card with it', async () => {
  const { feishu } = await startTogether('postgres');
  const { person, card } = await ask(feishu);
  expect(ticketsOf(feishu, person)).toEqual([]);
  const press = feishu.events.cardPress({ person, messageId: card.messageId, value: pressesOf(card)[0] });
  const answer = await feishu.deliver(press);
  expect(JSON.parse(answer.body)).toMatchObject({
    toast: { type: 'success', i18n: { zh_cn: expect.any(String) } },
    card: { type: 'raw' },
  });
  await feishu.deliver(press);
  const link = await linkFor(feishu, person);
  expect(link.replyTo).toBeUndefined();
  await settle(feishu);
  expect(ticketsOf(feishu, person)).toHaveLength(1);
  expect(feishu.messagesTo(person)).toHaveLength(2);
});

test('"no" opens nothing, and a press on another person\'s card does nothing', async () => {
  const { feishu } = await startTogether('postgres');
  const { person, card } = await ask(feishu);
  const [yes, no] = pressesOf(card);
  const stranger = feishu.newPerson();
  const foreign = await feishu.deliver(
    feishu.events.cardPress({ person: stranger, messageId: card.messageId, value: yes }),
  );
  expect(JSON.parse(foreign.body)).not.toHaveProperty('card');
  const declined = await feishu.deliver(feishu.events.cardPress({ person, messageId: card.messageId, value: no }));
  expect(JSON.parse(declined.body)).toMatchObject({
    toast: { type: 'info' },
    card: { data: { header: { template: 'grey' } } },
  });
  await settle(feishu);
  expect(ticketsOf(feishu, person)).toEqual([]);
  expect(ticketsOf(feishu, stranger)).toEqual([]);
});

test('when the queue is away, a press is answered with the request to press again', async () => {
  const feishu = await simulate();
  const url = new URL(inject('postgresUrl'));
  const proxy = await startProxy({ host: url.hostname, port: Number(url.port) });
  onTestFinished(() => proxy.close());
  url.port = String(proxy.port);
  const service = await startService({ ...feishu.env, QUEUE_URL: url.href });
  feishu.webhook = service.webhook;
  await untilReady(service);
  const { person, card } = await ask(feishu);
  proxy.cut();
  const answer = await feishu.deliver(
    feishu.events.cardPress({ person, messageId: card.messageId, value: pressesOf(card)[0] }),
  );
  expect([answer.status, JSON.parse(answer.body)]).toMatchObject([200, { toast: { type: 'error' } }]);
  proxy.mend();
});

/** An OpenAI-compatible endpoint that answers as it is told, and keeps what it was asked. */
async function startModel(
  answer: (text: string) => string | number | undefined,
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const { messages } = JSON.parse(await read(request)) as { messages: { content: string }[] };
    const text = messages.at(-1)?.content ?? '';
    asked.push(text);
    const word = answer(text);
    if (word === undefined) return;
    response.statusCode = typeof word === 'number' ? word : 200;
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ choices: [{ message: { content: word } }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked };
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const bytes of request) body += bytes;
  return body;
}

test('a second opinion decides doubtful messages alone, sees no digits and no addresses, and is asked once for a text', async () => {
  const model = await startModel(() => 'human');
  const { feishu } = await startTogether('postgres', {
    env: { INTENT_LLM_URL: model.url, INTENT_LLM_MODEL: 'm', INTENT_LLM_KEY: 'k' },
  });
  const people = [feishu.newPerson(), feishu.newPerson(), feishu.newPerson()];
  await feishu.deliver(feishu.events.text({ person: people[0] ?? '', text: DOUBTFUL }));
  await linkFor(feishu, people[0] ?? '');
  await feishu.deliver(feishu.events.text({ person: people[1] ?? '', text: DOUBTFUL }));
  await linkFor(feishu, people[1] ?? '');
  await feishu.deliver(feishu.events.text({ person: people[2] ?? '', text: '年假还剩几天怎么查？' }));
  await settle(feishu);
  expect(model.asked).toEqual([DOUBTFUL]);
  expect(ticketsOf(feishu, people[2] ?? '')).toEqual([]);
});

test.each<[string, () => string | number | undefined]>([
  ['with nonsense', () => 'I think the user would like to'],
  ['with an error', () => 500],
  ['not at all', () => undefined],
  ['unsure', () => 'Unsure.'],
])('a second opinion that answers %s leaves the question to the person', async (_, answer) => {
  const model = await startModel(answer);
  const { feishu } = await startTogether('postgres', { env: { INTENT_LLM_URL: model.url, INTENT_LLM_MODEL: 'm' } });
  const { person } = await ask(feishu);
  expect(ticketsOf(feishu, person)).toEqual([]);
  await until(() => model.asked.length === 1, 'the model to be asked');
});

test('a second opinion that says "other" opens nothing; the person gets a guide', async () => {
  const model = await startModel(() => 'other');
  const { feishu } = await startTogether('postgres', { env: { INTENT_LLM_URL: model.url, INTENT_LLM_MODEL: 'm' } });
  const person = feishu.newPerson();
  await feishu.deliver(feishu.events.text({ person, text: DOUBTFUL }));
  const guide = await cardFor(feishu, person);
  expect(pressesOf(guide)).toEqual([{ does: 'handoff', person }]);
  expect(model.asked).toHaveLength(1);
  expect(ticketsOf(feishu, person)).toEqual([]);
});

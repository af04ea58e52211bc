import * as lark from '@larksuiteoapi/node-sdk';
import { expect, test } from 'vitest';
import { simulatorFor } from './started.ts';

const quiet = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };

/** The official client, pointed at the simulator. */
async function officialClient() {
  const simulator = await simulatorFor();
  const { app, desk, url } = simulator;
  const client = new lark.Client({
    appId: app.id,
    appSecret: app.secret,
    helpDeskId: desk.id,
    helpDeskToken: desk.token,
    domain: url,
    logger: quiet,
  });
  return { simulator, client };
}

test('the official client opens a chat and replies with its link', async () => {
  const { simulator, client } = await officialClient();
  const person = simulator.newPerson();
  const header = Buffer.from(`${simulator.desk.id}:${simulator.desk.token}`).toString('base64');
  const opened = await client.helpdesk.ticket.startService(
    { data: { open_id: person, human_service: true } },
    { headers: { 'X-Lark-Helpdesk-Authorization': header } },
  );
  expect(opened).toMatchObject({ code: 0, data: { chat_id: simulator.tickets[0]?.chatId } });
  const content = JSON.stringify({ text: opened.data?.chat_id });
  const { message_id } = simulator.events.text({ person, text: '转人工' }).event.message;
  await client.im.message.reply({ path: { message_id }, data: { msg_type: 'text', content, uuid: 'u-1' } });
  await client.im.message.create({
    params: { receive_id_type: 'open_id' },
    data: { receive_id: person, msg_type: 'text', content, uuid: 'u-2' },
  });
  expect(simulator.messagesTo(person).map(({ api, text }) => [api, text])).toEqual([
    ['reply', opened.data?.chat_id],
    ['send', opened.data?.chat_id],
  ]);
  expect(simulator.callsTo('token')).toHaveLength(1);
});

test("the official client's own helpdesk helper is refused for its prefix", async () => {
  const { simulator, client } = await officialClient();
  const opening = client.helpdesk.ticket.startService(
    { data: { open_id: simulator.newPerson() } },
    lark.withHelpDeskCredential(),
  );
  await expect(opening).rejects.toMatchObject({ response: { status: 401, data: { code: 154001 } } });
});

test('the official client reads the headers of a refusal for quota', async () => {
  const { simulator, client } = await officialClient();
  simulator.fault({ api: 'bot_info', status: 429, code: 99991400, headers: { 'x-ogw-ratelimit-reset': '7' } });
  const asked = client.request({ method: 'GET', url: '/open-apis/bot/v3/info' });
  await expect(asked).rejects.toMatchObject({
    response: { headers: { 'x-ogw-ratelimit-reset': '7' }, data: { code: 99991400 } },
  });
});

import { expect, test } from 'vitest';
import { startSimulator } from '../../simulator/index.ts';
import { callApi, sendText, simulatorFor, startService } from './started.ts';

test('every answer carries a log id and the date', async () => {
  const simulator = await simulatorFor();
  const answers = [await callApi(simulator, 'GET', '/bot/v3/info'), await startService(simulator, {})];
  for (const { headers } of answers) {
    expect(headers.get('x-tt-logid')).toMatch(/^\d{14}[0-9A-F]+$/);
    expect(Date.parse(headers.get('date') ?? '')).not.toBeNaN();
  }
});

test('an unknown path, or the wrong method, is answered as by a gateway and recorded', async () => {
  const simulator = await simulatorFor();
  expect(await callApi(simulator, 'GET', '/im/v2/nothing')).toMatchObject({
    status: 404,
    text: expect.stringContaining('<html>'),
  });
  expect((await callApi(simulator, 'GET', '/helpdesk/v1/start_service')).status).toBe(404);
  expect(simulator.calls.filter(({ api }) => api === 'unknown').map(({ path }) => path)).toEqual([
    '/open-apis/im/v2/nothing',
    '/open-apis/helpdesk/v1/start_service',
  ]);
});

test('what is no JSON object, by its kind or by itself, is refused', async () => {
  const simulator = await simulatorFor();
  const code = async (body: unknown, type?: string) =>
    (await callApi(simulator, 'POST', '/helpdesk/v1/start_service', body, type ? { 'content-type': type } : {})).body
      .code;
  expect(await code({ open_id: 'ou_x' }, 'text/plain')).toBe(9499);
  expect(await code('{')).toBe(9499);
  expect(await code('null')).toBe(9499);
});

test('the record tells kept-alive calls by their connection', async () => {
  const simulator = await simulatorFor();
  const person = simulator.newPerson();
  await sendText(simulator, person);
  await sendText(simulator, person, { uuid: 'u-1' });
  const sends = simulator.callsTo('send');
  expect(sends.map(({ uuid, status, outcome }) => [uuid, status, outcome])).toEqual([
    [undefined, 200, 'answered'],
    ['u-1', 200, 'answered'],
  ]);
  expect(sends[0]).toMatchObject({ person, connection: sends[1]?.connection, body: { receive_id: person } });
});

test('two simulators have two apps, and their environment names all a service needs', async () => {
  const [one, two] = [await simulatorFor(), await simulatorFor()];
  expect(one.app.id).toMatch(/^cli_[0-9a-f]{16}$/);
  expect(one.app.id).not.toBe(two.app.id);
  expect(one.env).toEqual({
    FEISHU_APP_ID: one.app.id,
    FEISHU_APP_SECRET: 'demo-app-secret',
    FEISHU_ENCRYPT_KEY: 'demo-encrypt-key',
    FEISHU_VERIFICATION_TOKEN: 'demo-verification-token',
    FEISHU_HELPDESK_ID: '1234567890123456789',
    FEISHU_HELPDESK_TOKEN: 'demo-helpdesk-token',
    FEISHU_API_URL: one.url,
  });
});

test('waiting gives the value at once when it is there, and tells what was seen when it never comes', async () => {
  const simulator = await simulatorFor();
  const person = simulator.newPerson();
  const waiting = simulator.waitFor(({ messages }) => messages.find(({ to }) => to === person));
  await sendText(simulator, person, {}, 'hello there');
  expect((await waiting).text).toBe('hello there');
  expect((await simulator.waitFor(({ messages }) => messages[0])).to).toBe(person);
  const never = simulator.waitFor(({ tickets }) => tickets[0], { timeoutMs: 5, what: 'a ticket' });
  await expect(never).rejects.toThrow(/5 ms went by while waiting for a ticket.*send answered 200 0.*hello there/s);
});

test('a listener hears of what is seen, and clearing forgets it', async () => {
  const simulator = await simulatorFor();
  const heard: string[] = [];
  const stop = simulator.listen(({ kind }) => heard.push(kind));
  await startService(simulator, { open_id: simulator.newPerson() });
  stop();
  await startService(simulator, { open_id: simulator.newPerson() });
  expect(heard).toEqual(['call', 'ticket', 'call']);
  simulator.clear();
  expect([simulator.calls.length, simulator.tickets.length]).toEqual([0, 0]);
});

test('closing ends hung calls and whoever waits', async () => {
  const simulator = await startSimulator();
  simulator.fault({ api: 'bot_info', hang: true });
  const hung = expect(fetch(`${simulator.url}/open-apis/bot/v3/info`)).rejects.toThrow();
  const waiting = expect(simulator.waitFor(({ tickets }) => tickets[0])).rejects.toThrow('The simulator was closed');
  await simulator.waitFor(({ calls }) => calls[0]);
  await simulator.close();
  await Promise.all([hung, waiting]);
});

import { describe, expect, test } from 'vitest';
import { callApi, simulatorFor, startService, tokenFor } from './started.ts';

test('a call opens a chat with a ticket, and the next call opens another', async () => {
  const simulator = await simulatorFor();
  const person = simulator.newPerson();
  const body = { open_id: person, human_service: true, appointed_agents: ['ou_agent'], customized_info: 'VPN' };
  const [first, second] = [await startService(simulator, body), await startService(simulator, body)];
  expect(first).toMatchObject({
    status: 200,
    body: { code: 0, data: { chat_id: expect.stringMatching(/^oc_[0-9a-f]{32}$/) } },
  });
  expect(first.body.data.ticket_id).toMatch(/^\d{19}$/);
  expect(second.body.data.chat_id).not.toBe(first.body.data.chat_id);
  expect(simulator.tickets).toHaveLength(2);
  expect(simulator.tickets[0]).toMatchObject({ person, customizedInfo: 'VPN', agents: ['ou_agent'] });
});

test('the bot stage has no ticket', async () => {
  const simulator = await simulatorFor();
  const { body } = await startService(simulator, { open_id: simulator.newPerson() });
  expect(Object.keys(body.data)).toEqual(['chat_id']);
});

describe('start_service refuses a body with', () => {
  const open_id = 'ou_demo';
  test.each([
    ['no open_id', { human_service: true }],
    ['an unknown field', { open_id, uuid: 'x' }],
    ['agents without human service', { open_id, appointed_agents: ['ou_agent'] }],
    ['agents as one text', { open_id, human_service: true, appointed_agents: 'ou_agent' }],
    ['human service as a text', { open_id, human_service: 'true' }],
    ['too long an info', { open_id, human_service: true, customized_info: 'x'.repeat(1025) }],
  ])('%s', async (_, body) => {
    const simulator = await simulatorFor();
    expect(await startService(simulator, body)).toMatchObject({ status: 400, body: { code: 154000 } });
    expect(simulator.tickets).toHaveLength(0);
  });
});

test('a person outside the range is refused by that name, with a 401', async () => {
  const simulator = await simulatorFor();
  const person = simulator.newPerson();
  simulator.restrict(person, { deskAccess: false });
  expect(await startService(simulator, { open_id: person })).toMatchObject({ status: 401, body: { code: 154402 } });
  simulator.restrict(person, {});
  expect((await startService(simulator, { open_id: person })).status).toBe(200);
});

test('the desk takes its bare credentials and no other form of them', async () => {
  const simulator = await simulatorFor();
  const { id, token } = simulator.desk;
  const right = Buffer.from(`${id}:${token}`).toString('base64');
  const ask = (header: string | undefined) =>
    startService(simulator, { open_id: 'ou_demo' }, { 'x-lark-helpdesk-authorization': header });
  for (const wrong of [undefined, `Bearer ${right}`, Buffer.from(`${id}:x`).toString('base64'), `"${right}"`]) {
    expect(await ask(wrong)).toMatchObject({ status: 401, body: { code: 154001 } });
  }
  expect((await ask(right)).status).toBe(200);
});

test('no token, an odd one, an unknown one and a revoked one are each refused by their code', async () => {
  const simulator = await simulatorFor();
  const token = await tokenFor(simulator.url, { app_id: simulator.app.id, app_secret: simulator.app.secret });
  const codeOf = async (authorization: string | undefined) =>
    (await callApi(simulator, 'GET', '/bot/v3/info', undefined, { authorization })).body.code;
  expect(await codeOf(undefined)).toBe(99991661);
  expect(await codeOf('Bearer demo')).toBe(99991671);
  expect(await codeOf('Bearer t-unknown')).toBe(99991663);
  expect(await codeOf(`Bearer ${token}`)).toBe(0);
  simulator.revokeTokens();
  expect(await codeOf(`Bearer ${token}`)).toBe(99991663);
});

test('the token endpoint refuses with HTTP 200, and gives the same token while it is fresh', async () => {
  let now = 1_700_000_000_000;
  const simulator = await simulatorFor({ now: () => now });
  const ask = (body: object) =>
    callApi(simulator, 'POST', '/auth/v3/tenant_access_token/internal', body, { authorization: undefined });
  const right = { app_id: simulator.app.id, app_secret: simulator.app.secret };
  expect(await ask({})).toMatchObject({ status: 200, body: { code: 10003 } });
  expect(await ask({ ...right, app_id: 'cli_other' })).toMatchObject({ status: 200, body: { code: 10014 } });
  expect(await ask({ ...right, app_secret: 'x' })).toMatchObject({ status: 200, body: { code: 10015 } });
  const first = await ask(right);
  expect(first.body).toMatchObject({ code: 0, expire: 7200 });
  now += 80 * 60_000;
  expect((await ask(right)).body).toMatchObject({ tenant_access_token: first.body.tenant_access_token, expire: 2400 });
  now += 15 * 60_000;
  expect((await ask(right)).body.tenant_access_token).not.toBe(first.body.tenant_access_token);
});

test('the bot info stands at top level', async () => {
  const simulator = await simulatorFor();
  const { body } = await callApi(simulator, 'GET', '/bot/v3/info');
  expect(body).toMatchObject({ code: 0, bot: { open_id: simulator.app.botOpenId, activate_status: 2 } });
});

test('human tickets are listed by guest and by time, with channel 9', async () => {
  let now = 1_700_000_000_000;
  const simulator = await simulatorFor({ now: () => now });
  const person = simulator.newPerson();
  await startService(simulator, { open_id: person, human_service: true });
  await startService(simulator, { open_id: person });
  await startService(simulator, { open_id: simulator.newPerson(), human_service: true });
  now += 60_000;
  await startService(simulator, { open_id: person, human_service: true });
  const list = async (query: string) =>
    (await callApi(simulator, 'GET', `/helpdesk/v1/tickets?guest_id=${person}${query}`)).body;
  expect((await list('')).data).toMatchObject({ total: 2, tickets: [{ channel: 9, guest: { id: person } }, {}] });
  expect((await list(`&create_time_start=${now - 1}&create_time_end=${now}`)).data.total).toBe(1);
  expect((await list(`&create_time_start=${now}`)).code).toBe(154000);
});

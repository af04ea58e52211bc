import { expect, onTestFinished, test } from 'vitest';
import { startSimulator } from '../../simulator/index.ts';
import type { OpenId } from '../../src/bot.ts';
import { createApi } from '../../src/feishu/api.ts';
import { createFeishuClient } from '../../src/feishu/client.ts';
import { createTokenKeeper } from '../../src/feishu/token.ts';

async function connect(agents: readonly string[] = []) {
  const feishu = await startSimulator();
  onTestFinished(() => feishu.close());
  const app = { appId: feishu.app.id, appSecret: feishu.app.secret, apiUrl: feishu.url };
  const tokens = createTokenKeeper(
    () => app,
    () => {},
  );
  const client = createFeishuClient({ app, tokens, observe: () => {} });
  onTestFinished(() => client.close());
  const api = createApi({ client, desk: () => feishu.desk, agents });
  return { feishu, tokens, api };
}

test('a token near its end is renewed while calls go on with it, since those who waited would call all at once', async () => {
  const { feishu, tokens } = await connect();
  const soon = JSON.stringify({ code: 0, tenant_access_token: 't-near-its-end', expire: 100 });
  feishu.fault({ api: 'token', status: 200, body: soon, times: 1 });
  feishu.fault({ api: 'token', hang: true, times: 1 });
  expect(await tokens.get()).toBe('t-near-its-end');
  expect(await tokens.get()).toBe('t-near-its-end');
  await feishu.waitFor(() => feishu.callsTo('token').length === 2);
});

test('a call is made a second time only in a turn of its own: with a fresh token, and without the agents', async () => {
  const { feishu, api } = await connect(['ou_left']);
  const person = feishu.newPerson() as OpenId;
  const turns: number[] = [];
  const again = async () => void turns.push(feishu.callsTo('start_service').length);
  await api.startService(person, 'info', again);
  expect(turns).toEqual([]);
  feishu.revokeTokens();
  await api.startService(person, 'info', again);
  feishu.fault({ api: 'start_service', status: 400, code: 154000, times: 1 });
  await api.startService(person, 'info', again);
  expect(turns).toEqual([2, 4]);
  const refuse = () => Promise.reject(new Error('no turn'));
  feishu.revokeTokens();
  await expect(api.startService(person, 'info', refuse)).rejects.toThrow('no turn');
  expect(feishu.callsTo('start_service')).toHaveLength(6);
});

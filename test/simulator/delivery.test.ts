import { expect, test } from 'vitest';
import { decrypt, sign } from '../../simulator/signer.ts';
import { type Received, simulatorFor, webhookFor } from './started.ts';

const signatureOf = ({ headers, body }: Received, key: string) =>
  sign(String(headers['x-lark-request-timestamp']), String(headers['x-lark-request-nonce']), key, body);

const opened = ({ body }: Received, key: string) => JSON.parse(decrypt(JSON.parse(body.toString()).encrypt, key));

test('a delivery is encrypted and signed over its very bytes', async () => {
  const simulator = await simulatorFor();
  const received = await webhookFor(simulator);
  const event = simulator.events.text({ person: simulator.newPerson(), text: '转人工' });
  for (const spaced of [false, true]) {
    expect(await simulator.deliver(event, { spaced })).toMatchObject({ status: 200, body: '{}' });
    const last = received.at(-1) as Received;
    expect(opened(last, simulator.app.encryptKey)).toEqual(event);
    expect(last.headers['x-lark-signature']).toBe(signatureOf(last, simulator.app.encryptKey));
    expect(/^\s/.test(last.body.toString())).toBe(spaced);
  }
});

test('a forgery differs from the genuine in the one thing asked for', async () => {
  const simulator = await simulatorFor();
  const received = await webhookFor(simulator);
  const { encryptKey } = simulator.app;
  const event = simulator.events.menu({ person: simulator.newPerson(), key: 'human_agent' });
  const deliver = async (how: Parameters<typeof simulator.deliver>[1]) => {
    await simulator.deliver(event, how);
    return received.at(-1) as Received;
  };
  expect((await deliver({ signed: false })).headers['x-lark-signature']).toBeUndefined();
  expect((await deliver({ signature: 'f00' })).headers['x-lark-signature']).toBe('f00');
  expect(JSON.parse((await deliver({ encrypted: false })).body.toString())).toEqual(event);
  expect(opened(await deliver({ encryptKey: 'other' }), 'other')).toEqual(event);
  const signedByOther = await deliver({ signingKey: 'other' });
  expect(opened(signedByOther, encryptKey)).toEqual(event);
  expect(signedByOther.headers['x-lark-signature']).toBe(signatureOf(signedByOther, 'other'));
  expect(opened(await deliver({ token: 'x' }), encryptKey).header.token).toBe('x');
  expect(opened(await deliver({ appId: 'cli_x' }), encryptKey).header.app_id).toBe('cli_x');
  expect((await deliver({ timestamp: '1700000000' })).headers['x-lark-request-timestamp']).toBe('1700000000');
  expect((await deliver({ body: 'nonsense' })).body.toString()).toBe('nonsense');
});

test('the check of the address carries no signature', async () => {
  const simulator = await simulatorFor();
  const received = await webhookFor(simulator);
  await simulator.verifyUrl({ challenge: 'c-1' });
  await simulator.verifyUrl({ challenge: 'c-2', encrypted: false, token: 'x' });
  const [sealed, plain] = received as [Received, Received];
  expect(sealed.headers['x-lark-signature']).toBeUndefined();
  const { verificationToken: token, encryptKey } = simulator.app;
  expect(opened(sealed, encryptKey)).toEqual({ challenge: 'c-1', token, type: 'url_verification' });
  expect(JSON.parse(plain.body.toString())).toEqual({ challenge: 'c-2', token: 'x', type: 'url_verification' });
});

test('nobody there and no answer in time are outcomes, not errors', async () => {
  const simulator = await simulatorFor();
  const event = simulator.events.menu({ person: simulator.newPerson(), key: 'x' });
  expect(await simulator.deliver(event, { url: 'http://127.0.0.1:1/' })).toMatchObject({
    status: 0,
    error: expect.any(String),
  });
  simulator.fault({ api: 'token', hang: true });
  const silent = { url: `${simulator.url}/open-apis/auth/v3/tenant_access_token/internal`, timeoutMs: 20 };
  expect(await simulator.deliver(event, silent)).toMatchObject({ status: 0, error: 'no answer in time' });
});

test('the ladder ends with the first 200', async () => {
  const simulator = await simulatorFor({ timeScale: 1e-6 });
  const received = await webhookFor(simulator, 500, 503);
  const attempts = await simulator.deliverWithRetries(
    simulator.events.menu({ person: simulator.newPerson(), key: 'x' }),
  );
  expect(attempts.map(({ status }) => status)).toEqual([500, 503, 200]);
  expect(simulator.deliveries.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect(new Set(received.map(({ headers }) => headers['x-lark-request-nonce'])).size).toBe(3);
});

test('the ladder ends after five attempts, and a 200 need not end it', async () => {
  const simulator = await simulatorFor({ timeScale: 1e-6 });
  await webhookFor(simulator, 500, 500, 500, 500, 500);
  const event = simulator.events.menu({ person: simulator.newPerson(), key: 'x' });
  expect(await simulator.deliverWithRetries(event)).toHaveLength(5);
  expect(await simulator.deliverWithRetries(event, { evenAfter200: true })).toHaveLength(5);
});

test('the compressed ladder ages the event as the real one would', async () => {
  const now = 1_700_000_000_000;
  const simulator = await simulatorFor({ now: () => now, timeScale: 1e-9 });
  const received = await webhookFor(simulator);
  const message = simulator.events.text({ person: simulator.newPerson(), text: 'x' });
  const ages = async (aging: boolean) => {
    received.splice(0);
    await simulator.deliverWithRetries(message, { evenAfter200: true, aging });
    return received.map((one) => now - Number(opened(one, simulator.app.encryptKey).event.message.create_time));
  };
  expect(await ages(true)).toEqual([0, 15_000, 315_000, 3_915_000, 25_515_000]);
  expect(await ages(false)).toEqual([0, 0, 0, 0, 0]);
});

test('closing ends a ladder at once, with what it has', async () => {
  const simulator = await simulatorFor({ timeScale: 1 });
  await webhookFor(simulator, 500);
  const climbing = simulator.deliverWithRetries(simulator.events.menu({ person: simulator.newPerson(), key: 'x' }));
  await simulator.waitFor(({ deliveries }) => deliveries.length === 1);
  await simulator.close();
  expect(await climbing).toHaveLength(1);
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { linkFor, simulate, startService, temporaryFolder, until, untilReady } from '../support/service.ts';

test('SIGHUP takes up changed secrets from files and .env without a restart, or leaves everything as it was', async () => {
  const feishu = await simulate();
  const folder = await temporaryFolder();
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const { FEISHU_APP_SECRET, FEISHU_ENCRYPT_KEY, FEISHU_VERIFICATION_TOKEN, FEISHU_HELPDESK_TOKEN, ...env } =
    feishu.env;
  const page = 'page-password';
  const files = { secret: FEISHU_APP_SECRET, key: FEISHU_ENCRYPT_KEY, desk: FEISHU_HELPDESK_TOKEN, page };
  for (const name of Object.keys(files)) await write(name, `old-${name}\n`);
  await write('.env', 'FEISHU_VERIFICATION_TOKEN=old-token\n');
  const paths = {
    FEISHU_APP_SECRET_FILE: join(folder, 'secret'),
    FEISHU_ENCRYPT_KEY_FILE: join(folder, 'key'),
    FEISHU_HELPDESK_TOKEN_FILE: join(folder, 'desk'),
    OPS_PASSWORD_FILE: join(folder, 'page'),
  };
  const service = await startService(
    { ...env, ...paths, QUEUE_URL: inject('postgresUrl') },
    { entry: [join(process.cwd(), 'dist/src/main.js')], cwd: folder },
  );
  feishu.webhook = service.webhook;
  await untilReady(service);
  const lines = (message: string) => service.log.filter(({ msg }) => msg === message);
  const reload = async (message: string) => {
    const before = lines(message).length;
    service.process.kill('SIGHUP');
    await until(() => lines(message).length > before, message);
  };
  const ask = () => {
    const person = feishu.newPerson();
    return { person, answer: feishu.deliver(feishu.events.text({ person, text: '转人工' })) };
  };
  const visit = (password: string) =>
    fetch(`${service.ops}/queues`, {
      headers: { authorization: `Basic ${Buffer.from(`x:${password}`).toString('base64')}` },
    });
  expect(await ask().answer).toMatchObject({ status: 401 });
  expect(await visit('old-page')).toMatchObject({ status: 200 });

  for (const [name, secret] of Object.entries(files)) await write(name, `${secret}\n`);
  await write('.env', `FEISHU_VERIFICATION_TOKEN=old-token,${FEISHU_VERIFICATION_TOKEN}\nLOG_LEVEL=debug\n`);
  await reload('everything read again');
  const feishus = ['APP_SECRET', 'ENCRYPT_KEY', 'HELPDESK_TOKEN', 'VERIFICATION_TOKEN'];
  const changed = [...feishus.map((name) => `FEISHU_${name}`), 'OPS_PASSWORD'];
  expect(lines('changed secrets are used from now on')).toMatchObject([{ variables: changed }]);
  expect(lines('changed variables are used from the next start on')).toMatchObject([{ variables: ['LOG_LEVEL'] }]);
  expect([(await visit('old-page')).status, (await visit(page)).status]).toEqual([401, 200]);
  const first = ask();
  expect(await first.answer).toMatchObject({ status: 200 });
  await linkFor(feishu, first.person);

  await write('key', 'another-key');
  await write('desk', '');
  await reload('not read again; everything stays as it is');
  const second = ask();
  expect(await second.answer).toMatchObject({ status: 200 });
  await linkFor(feishu, second.person);
  const log = JSON.stringify(service.log);
  for (const secret of ['old-secret', 'old-key', 'old-token', 'another-key', ...Object.values(files)])
    expect(log).not.toContain(secret);
});

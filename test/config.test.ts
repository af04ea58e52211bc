import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';
import { SECRETS } from '../src/secret-files.ts';
import { temporaryFolder } from './support/service.ts';

const ENV = {
  FEISHU_APP_ID: 'cli_demo',
  FEISHU_APP_SECRET: 'demo-secret',
  FEISHU_ENCRYPT_KEY: 'demo-key',
  FEISHU_VERIFICATION_TOKEN: 'demo-token',
  FEISHU_HELPDESK_ID: '42',
  FEISHU_HELPDESK_TOKEN: 'demo-desk-token',
};

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

test('six variables are enough, and the rest has the documented defaults', () => {
  expect(readConfig(ENV)).toMatchObject({
    role: 'all',
    app: { apiUrl: 'https://open.feishu.cn' },
    web: { host: '0.0.0.0', port: 3000 },
    worker: { appLinkUrl: 'https://applink.feishu.cn', agents: [], reuseMs: 600_000, lateMs: 600_000 },
    menuKeys: ['human_agent'],
    ops: { host: '127.0.0.1', port: 3001 },
    dataDir: '.data',
    logLevel: 'info',
  });
});

test('an empty environment is told everything it lacks, at once', () => {
  const names = faultsOf({}).map((fault) => fault.split(' ')[0]);
  expect(names).toEqual(expect.arrayContaining(Object.keys(ENV)));
});

test('faults of all parts are told at once and quote no value', () => {
  const faults = faultsOf({
    ...ENV,
    PORT: 'secret-1',
    LATE_MINUTES: 'secret-2',
    QUEUE_URL: 'mysql://u:secret-3@h',
    FEISHU_BRAND: 'secret-4',
  });
  expect(faults).toHaveLength(4);
  expect(faults.join()).not.toContain('secret');
});

test('each secret is required only by the roles that use it', () => {
  const { FEISHU_HELPDESK_ID: _, FEISHU_HELPDESK_TOKEN: __, ...web } = ENV;
  const { FEISHU_ENCRYPT_KEY: ___, FEISHU_VERIFICATION_TOKEN: ____, ...worker } = ENV;
  expect(readConfig({ ...web, ROLE: 'web', QUEUE_URL: 'redis://localhost' }).worker).toBeUndefined();
  expect(readConfig({ ...worker, ROLE: 'worker', QUEUE_URL: 'postgres://localhost/x' }).web).toBeUndefined();
});

test.each(['web', 'worker'])('the role %s does not start without a queue to share', (role) => {
  expect(faultsOf({ ...ENV, ROLE: role })).toEqual([expect.stringContaining('QUEUE_URL')]);
});

test('keys and tokens may be several while one is rotated', () => {
  const { web } = readConfig({ ...ENV, FEISHU_ENCRYPT_KEY: 'new, old', FEISHU_VERIFICATION_TOKEN: 'a,b' });
  expect(web).toMatchObject({ encryptKeys: ['new', 'old'], verificationTokens: ['a', 'b'] });
});

test('the brand drives API host and link host together', () => {
  const { app, worker } = readConfig({ ...ENV, FEISHU_BRAND: 'lark' });
  expect([app.apiUrl, worker?.appLinkUrl]).toEqual(['https://open.larksuite.com', 'https://applink.larksuite.com']);
});

test('another API host does not change where links lead', () => {
  const { app, worker } = readConfig({ ...ENV, FEISHU_API_URL: 'http://127.0.0.1:4000/' });
  expect([app.apiUrl, worker?.appLinkUrl]).toEqual(['http://127.0.0.1:4000', 'https://applink.feishu.cn']);
});

test('LATE_MINUTES=0 means that no request is too old', () => {
  expect(readConfig({ ...ENV, LATE_MINUTES: '0' }).worker?.lateMs).toBe(Number.POSITIVE_INFINITY);
});

test('minutes may be fractions', () => {
  expect(readConfig({ ...ENV, HANDOFF_REUSE_MINUTES: '0.05', LATE_MINUTES: '0.5' }).worker).toMatchObject({
    reuseMs: 3_000,
    lateMs: 30_000,
  });
});

test('guides are on and welcomes come every thirty days unless told otherwise; days may be fractions', () => {
  expect(readConfig(ENV)).toMatchObject({ guides: true, welcomeMs: 30 * 86_400_000 });
  expect(readConfig({ ...ENV, GUIDE: 'off', WELCOME_DAYS: '0.5' })).toMatchObject({
    guides: false,
    welcomeMs: 43_200_000,
  });
  expect(readConfig({ ...ENV, WELCOME_DAYS: '0' }).welcomeMs).toBe(0);
  expect(faultsOf({ ...ENV, GUIDE: 'no', WELCOME_DAYS: '-1' })).toEqual([
    'GUIDE must be one of: on, off',
    expect.stringContaining('WELCOME_DAYS must be a number of days'),
  ]);
});

test('an empty variable counts as absent', () => {
  expect(readConfig({ ...ENV, QUEUE_URL: '', PORT: ' ' })).toMatchObject({ web: { port: 3000 } });
  expect(faultsOf({ ...ENV, FEISHU_APP_SECRET: '' })).toEqual([expect.stringContaining('FEISHU_APP_SECRET')]);
});

test('the long connection needs neither key nor token, but an app id the SDK takes', () => {
  const { FEISHU_ENCRYPT_KEY: _, FEISHU_VERIFICATION_TOKEN: __, ...rest } = ENV;
  const env = { ...rest, FEISHU_EVENTS: 'websocket' };
  const config = readConfig({ ...env, FEISHU_APP_ID: 'cli_a1b2c3d4e5f60718' });
  expect([config.socket, config.web]).toEqual([true, undefined]);
  expect(faultsOf(env)).toEqual([expect.stringContaining('FEISHU_APP_ID')]);
  expect(readConfig({ ...env, ROLE: 'worker', QUEUE_URL: 'redis://localhost' }).socket).toBe(false);
});

test('a secret may come from a file, whose last newline is no part of it', async () => {
  const { FEISHU_APP_SECRET: _, FEISHU_ENCRYPT_KEY: __, ...rest } = ENV;
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'secret'), ' from-file\r\n');
  await writeFile(join(folder, 'keys'), 'new,old\n');
  const files = { FEISHU_APP_SECRET_FILE: join(folder, 'secret'), FEISHU_ENCRYPT_KEY_FILE: join(folder, 'keys') };
  expect(readConfig({ ...rest, ...files })).toMatchObject({
    app: { appSecret: ' from-file' },
    web: { encryptKeys: ['new', 'old'] },
  });
});

test.each(SECRETS)('%s_FILE is told of when it cannot be read, is empty, or stands beside the secret', async (name) => {
  const folder = await temporaryFolder();
  const empty = join(folder, 'empty');
  await writeFile(empty, '\n');
  const { [name]: _, ...rest }: Record<string, string> = ENV;
  const variable = `${name}_FILE`;
  expect(faultsOf({ ...rest, [variable]: '/nowhere' })).toEqual([`${variable} cannot be read: /nowhere (ENOENT)`]);
  expect(faultsOf({ ...rest, [variable]: empty })).toEqual([`${variable} names an empty file: ${empty}`]);
  expect(faultsOf({ ...rest, [name]: 'redis://localhost', [variable]: empty })).toEqual([
    `${variable} and ${name} are both set: give one of the two`,
  ]);
});

test('a file that cannot be read hides no other fault', () => {
  const { FEISHU_APP_SECRET: _, FEISHU_HELPDESK_ID: __, ...rest } = ENV;
  expect(faultsOf({ ...rest, FEISHU_APP_SECRET_FILE: '/nowhere' })).toEqual([
    expect.stringMatching(/^FEISHU_APP_SECRET_FILE cannot be read/),
    expect.stringMatching(/^FEISHU_HELPDESK_ID is missing/),
  ]);
});

test('.env.example is a configuration that starts', () => {
  expect(faultsOf(parseEnv(readFileSync('.env.example', 'utf8')) as Record<string, string>)).toEqual([]);
});

test('.env.example names every variable that is read, and no other', () => {
  const example = readFileSync('.env.example', 'utf8');
  const named = [...example.matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
  const read = [...readFileSync('src/environment.ts', 'utf8').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(
    ([, name]) => name,
  );
  expect(named.filter((name) => name !== 'FEISHU_APP_SECRET_FILE').sort()).toEqual(read.sort());
});

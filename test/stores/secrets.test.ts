import { execFileSync, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Program } from '../../demo/program.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openRedis } from '../../src/store/redis.ts';
import { linkFor, simulate, startService, temporaryFolder, until, untilReady } from '../support/service.ts';
import { freePort, ownPostgres, ownRedis, ownStores } from './servers.ts';

/** Every character that means something in a URL. */
const PASSWORD = 'a@b:c/d?e#f%41&g+h i';

interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A private certificate authority, and a certificate for this machine from it. */
async function certificates(): Promise<Certificates> {
  const folder = await temporaryFolder();
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const fresh = ['-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  openssl(
    'req',
    '-x509',
    '-days',
    '2',
    ...fresh.slice(0, 3),
    '-subj',
    '/CN=Test CA',
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
  );
  openssl(
    'req',
    '-x509',
    '-days',
    '2',
    ...fresh,
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-keyout',
    'tls.key',
    '-out',
    'tls.crt',
  );
  return { ca: join(folder, 'ca.crt'), cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
}

/** A store that takes the user `bot` with a password, over TLS alone. */
interface Secured {
  readonly url: string;
  setPassword(password: string): Promise<unknown>;
}

const securedStore: Record<'redis' | 'postgres', (files: Certificates) => Promise<Secured>> = {
  redis: async ({ ca, cert, key }) => {
    const port = await freePort();
    const tls = ['--tls-port', `${port}`, '--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', ca];
    const { admin } = await ownRedis(onTestFinished, [...tls, '--tls-auth-clients', 'no', '--appendonly', 'yes']);
    await admin.acl('SETUSER', 'bot', 'on', '~*', '&*', '+@all');
    const setPassword = (password: string) => admin.acl('SETUSER', 'bot', 'resetpass', `>${password}`);
    return { url: `rediss://bot:${encodeURIComponent(PASSWORD)}@localhost:${port}/1`, setPassword };
  },
  postgres: async ({ cert, key }) => {
    const files = { 'tls.crt': await readFile(cert, 'utf8'), 'tls.key': await readFile(key, 'utf8') };
    const settings = ['ssl=on', 'ssl_cert_file=tls.crt', 'ssl_key_file=tls.key'];
    const access = 'host all postgres 127.0.0.1/32 trust\nhostssl all bot all scram-sha-256';
    const server = await ownPostgres(onTestFinished, { files, settings, access });
    const admin = new pg.Client(server.url);
    admin.on('error', () => {});
    await admin.connect();
    await admin.query('CREATE ROLE bot LOGIN; GRANT CREATE ON DATABASE postgres TO bot');
    onTestFinished(() => admin.end());
    const url = `postgres://bot:${encodeURIComponent(PASSWORD)}@localhost:${server.port}/postgres?sslmode=verify-full`;
    return { url, setPassword: (password: string) => admin.query(`ALTER ROLE bot PASSWORD '${password}'`) };
  },
};

/** All that the program says, whatever the stream. */
function words(program: Program): () => string {
  let said = '';
  program.process.stdout?.on('data', (bytes) => {
    said += bytes;
  });
  program.process.stderr?.on('data', (bytes) => {
    said += bytes;
  });
  return () => said + JSON.stringify(program.log);
}

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('\nSKIPPED: stores behind TLS. They need the program openssl.\n');

describe.runIf(hasOpenssl).each(ownStores)('on %s with a user, a password and TLS of a private authority', (store) => {
  test('the service works when NODE_EXTRA_CA_CERTS names the authority, and never tells the password, right or wrong', async () => {
    const files = await certificates();
    const { url, setPassword } = await securedStore[store](files);
    await setPassword('another one');
    const feishu = await simulate();
    const env = { ...feishu.env, NODE_EXTRA_CA_CERTS: files.ca, LOG_LEVEL: 'trace' };
    const service = await startService({ ...env, QUEUE_URL: url });
    const said = words(service);
    feishu.webhook = service.webhook;
    await until(() => /WRONGPASS|password authentication failed/.test(said()), 'the refusal to be told');
    await setPassword(PASSWORD);
    await untilReady(service);
    const person = feishu.newPerson();
    await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
    await linkFor(feishu, person);
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(said()).not.toContain(secret);
  });

  test('a store whose authority is unknown is not used, and the reason is told', async () => {
    const { url } = await securedStore[store](await certificates());
    const reason = new Promise<Error>((resolve) => {
      const options = { namespace: 'cli_test', onError: resolve };
      const opened = store === 'redis' ? openRedis(url, options) : openPostgres({ connectionString: url }, options);
      onTestFinished(() => opened.close());
    });
    expect((await reason).message).toMatch(/certificate/);
  });
});

import { describe, expect, test } from 'vitest';
import { readPostgresAddress, schemaName } from '../../src/store/postgres-address.ts';
import { faultOfQueueUrl } from '../../src/store/queue-url.ts';
import { readRedisAddress } from '../../src/store/redis-address.ts';

describe('Redis behind sentinels', () => {
  test('user, password and database are those of Redis, and the sentinels have their own', () => {
    const url =
      'redis+sentinel://bot:a%40b:c@s1:26380,s2,[::1]:26381/desk/2?sentinel_username=u&sentinel_password=p%26q';
    expect(readRedisAddress(url)).toEqual({
      kind: 'sentinel',
      master: {
        username: 'bot',
        password: 'a@b:c',
        sentinels: [
          { host: 's1', port: 26380 },
          { host: 's2', port: 26379 },
          { host: '::1', port: 26381 },
        ],
        name: 'desk',
        db: 2,
        sentinelUsername: 'u',
        sentinelPassword: 'p&q',
      },
    });
  });

  test('TLS is for Redis and sentinels alike', () => {
    expect(readRedisAddress('rediss+sentinel://:secret@s1/desk')).toEqual({
      kind: 'sentinel',
      master: {
        password: 'secret',
        tls: {},
        sentinels: [{ host: 's1', port: 26379 }],
        name: 'desk',
        db: 0,
        sentinelTLS: {},
        enableTLSForSentinelMode: true,
      },
    });
  });
});

test('of a cluster some nodes are named, and what opens one opens all', () => {
  expect(readRedisAddress('rediss+cluster://bot:secret@n1:7000,n2/')).toEqual({
    kind: 'cluster',
    nodes: [
      { host: 'n1', port: 7000 },
      { host: 'n2', port: 6379 },
    ],
    access: { username: 'bot', password: 'secret', tls: {} },
  });
});

test.each([
  'redis://127.0.0.1',
  'rediss://bot:secret@host:6380/1',
  'postgres://host/db',
  'postgresql://bot:secret@host:5432/db?sslmode=verify-full',
  'redis+sentinel://h/desk',
  'redis+cluster://h',
])('a good address: %s', (url) => expect(faultOfQueueUrl(url)).toBeUndefined());

test.each([
  ['mysql://u:secret@h', 'must begin with'],
  ['secret', 'must begin with'],
  ['redis://a:6379,secret:6379', 'Several hosts'],
  ['redis://a,secret', 'Several hosts'],
  ['redis+sentinels://secret/desk', 'cannot be read'],
  ['redis+sentinel://:secret@h1,h2', 'lacks the name of the master'],
  ['redis+sentinel://:secret@h1,h2/', 'lacks the name of the master'],
  ['redis+sentinel://:secret@h1/desk/first', 'no number of a database'],
  ['redis+sentinel://:secret@h1/desk/1/2', 'no number of a database'],
  ['redis+sentinel://:secret@h1:port/desk', 'a host that cannot be read'],
  ['redis+sentinel://:secret@h1:99999/desk', 'a host that cannot be read'],
  ['redis+sentinel://:secret@h1,,h2/desk', 'empty host'],
  ['redis+sentinel://:100%secret@h1/desk', '%25'],
  ['redis+sentinel://h1/desk?password=secret', 'a parameter that nothing reads: password'],
  ['redis+cluster://:secret@h1,h2/1', 'a cluster has none'],
  ['redis+cluster://h1?db=1', 'a parameter that nothing reads: db'],
  ['postgres://u:secret@h1:5432,h2:5432/db', 'several hosts'],
  ['postgres://u:secret@h1,h2/db', 'several hosts'],
  ['postgres://u:secret@h1:port/db', 'cannot be read'],
])('a bad address is told by what is wrong, and not quoted: %s', (url, part) => {
  expect(faultOfQueueUrl(url)).toContain(part);
  expect(faultOfQueueUrl(url)).not.toContain('secret');
});

test('options of a PostgreSQL URL stand beside ours instead of replacing them', () => {
  const url = 'postgres://bot:a%2Bb@host/db?options=-c%20work_mem%3D8MB&sslmode=require';
  expect(readPostgresAddress(url)).toEqual({
    connectionString: 'postgres://bot:a%2Bb@host/db?sslmode=require',
    options: '-c work_mem=8MB',
  });
});

test('every app id has a schema of its own, also where PostgreSQL sees no difference', () => {
  const long = `cli_${'a'.repeat(80)}`;
  const ids = ['cli_a1b2', 'cli_A1b2', 'cli-a1b2', 'cli.a1b2', long, `${long}b`];
  const names = ids.map(schemaName);
  expect(names[0]).toBe('helpdesk_cli_a1b2');
  expect(new Set(names).size).toBe(ids.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9_]{1,63}$/);
});

import { expect, test } from 'vitest';
import { createHiding, withoutPassword, withoutSecrets } from '../src/log.ts';

const { id, within } = createHiding('demo-app-secret');

test('the same id has the same hash, which another deployment does not have', () => {
  expect(id('ou_1')).toMatch(/^ou#[0-9a-f]{12}$/);
  expect(id('ou_1')).toBe(id('ou_1'));
  expect(id('ou_1')).not.toBe(id('ou_2'));
  expect(createHiding('another-secret').id('ou_1')).not.toBe(id('ou_1'));
});

test('ids are hidden within words too, and what is no id of Feishu but stands for one is hidden all the same', () => {
  expect(within('ou_1 in oc_a-b: no')).toBe(`${id('ou_1')} in ${id('oc_a-b')}: no`);
  expect(within('youth_1 om_1 f00')).toBe('youth_1 om_1 f00');
  expect(id('somebody')).toMatch(/^#[0-9a-f]{12}$/);
});

test.each([
  ['redis://bot:p%40ss@host:6379/0 refused', 'redis://bot:***@host:6379/0 refused'],
  ['redis://bot:p@ss@host:6379/0 refused', 'redis://bot:***@host:6379/0 refused'],
  ['postgres://:p:a@host/x?sslmode=require', 'postgres://:***@host/x?sslmode=require'],
  [
    'redis+sentinel://host/m/0?sentinel_password=p&family=6 away',
    'redis+sentinel://host/m/0?sentinel_password=***&family=6 away',
  ],
  ['http://host/path?a=b', 'http://host/path?a=b'],
])('no address tells its password: %s', (text, told) => {
  expect(withoutPassword(text)).toBe(told);
});

test('a secret is removed by its name, also one level down, and nothing else is changed', () => {
  const err = new Error('kept for its serializer');
  expect(withoutSecrets({ jobId: 'h1', token: 't', body: { text: 'hello', code: 1 }, list: ['text'], err })).toEqual({
    jobId: 'h1',
    token: '[removed]',
    body: { text: '[removed]', code: 1 },
    list: ['text'],
    err,
  });
});

import { describe, expect, test } from 'vitest';
import { FeishuRefused, FeishuUnreachable } from '../src/feishu/errors.ts';
import { backoff, detour, isOutOfTime, verdict } from '../src/retry.ts';

const refused = (status: number, code?: number, reset?: string) =>
  new FeishuRefused('start_service', {
    status,
    headers: { 'x-ogw-ratelimit-reset': reset },
    body: code === undefined ? '<html>' : { code, msg: '' },
  });

describe('what is tried again', () => {
  test.each([
    ['the desk is in trouble', 500, 155000],
    ['Feishu is in trouble', 500, 1500],
    ['Feishu is overloaded', 200, 2200],
    ['one person gets too many messages at once', 400, 230020],
    ['the same message is just being sent', 400, 230049],
    ['a gateway is in trouble', 502, undefined],
  ])('%s', (_, status, code) => expect(verdict(refused(status, code))).toBe('again'));

  test('nobody answers', () => expect(verdict(new FeishuUnreachable('send', new Error('timeout')))).toBe('again'));
});

describe('what waits as long as the answer says', () => {
  test.each([
    ['too many requests', 429, 99991400],
    ['too many requests, said by an older API', 400, 99991400],
    ['too many requests, said by a gateway', 429, undefined],
  ])('%s', (_, status, code) => expect(verdict(refused(status, code, '7'))).toEqual({ afterMs: 7_000 }));

  test('and as we think when it says nothing', () => expect(verdict(refused(429, 99991400))).toBe('again'));
});

describe('what never passes by itself', () => {
  test.each([
    ['the person is outside the desk', 401, 154402],
    ['the credentials of the desk', 401, 154001],
    ['an unknown desk or agent', 404, 154004],
    ['a bad request', 400, 154000],
    ['the monthly quota', 429, 99991403],
    ['a missing scope', 400, 99991672],
    ['the person left', 400, 230013],
    ['the person muted the bot', 400, 230053],
    ['a code nobody wrote down', 400, 123456],
    ['a success that is none', 200, undefined],
  ])('%s', (_, status, code) => expect(verdict(refused(status, code, '7'))).toBe('never'));

  test('a bug of ours', () => expect(verdict(new TypeError('x is not a function'))).toBe('never'));
});

test('the wait doubles from half a second to half a minute', () => {
  const waits = [1, 2, 3, 7, 8, 500].map((tries) => backoff(tries, () => 1));
  expect(waits).toEqual([500, 1_000, 2_000, 30_000, 30_000, 30_000]);
});

test('the wait is spread over its upper half', () => {
  expect(backoff(3, () => 0)).toBe(1_000);
});

test('what keeps failing is tried for 50 minutes, within the hour a `uuid` protects for', () => {
  const minute = 60_000;
  expect(isOutOfTime(minute, 51 * minute)).toBe(false);
  expect(isOutOfTime(minute, 51 * minute + 1)).toBe(true);
  const lastAnswer = 50 * minute + 8_000;
  expect(lastAnswer).toBeLessThan(60 * minute);
});

describe('the way around a refusal', () => {
  test.each([
    ['an invalid card', 230099, 'plainer'],
    ['a card too long', 230025, 'plainer'],
    ['a type that is not allowed there', 230054, 'plainer'],
    ['a message to reply to that was recalled', 230011, 'unreplied'],
    ['one that is not found', 231003, 'unreplied'],
    ['words that are not allowed: a plainer form says the same', 230028, undefined],
    ['a person who cannot be written to', 230053, undefined],
  ])('%s', (_, code, way) => expect(detour(refused(400, code))).toBe(way));

  test('none where nobody answered', () => expect(detour(new FeishuUnreachable('send', 'x'))).toBeUndefined());
});

import { expect, test } from 'vitest';
import { createBreaker } from '../src/breaker.ts';

function breaker() {
  let now = 0;
  const pauses: number[] = [];
  const made = createBreaker({ now: () => now, onOpen: (ms) => pauses.push(ms) });
  const fail = (times: number) => {
    for (let n = 0; n < times; n += 1) made.failed();
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { ...made, pauses, fail, pass };
}

test('calls go on while failures do not come in a row', () => {
  const { fail, succeeded, waitMs } = breaker();
  fail(7);
  succeeded();
  fail(7);
  expect(waitMs()).toBe(0);
});

test('eight failures in a row stop all calls for a second', () => {
  const { fail, pass, waitMs } = breaker();
  fail(8);
  expect(waitMs()).toBe(1_000);
  pass(600);
  expect(waitMs()).toBe(400);
});

test('then one call tries the way, and only one', () => {
  const { fail, pass, waitMs } = breaker();
  fail(8);
  pass(1_000);
  expect(waitMs()).toBe(0);
  expect(waitMs()).toBeGreaterThan(0);
});

test('a try that succeeds opens the way for all', () => {
  const { fail, pass, succeeded, waitMs } = breaker();
  fail(8);
  pass(1_000);
  waitMs();
  succeeded();
  expect([waitMs(), waitMs()]).toEqual([0, 0]);
});

test('each try that fails doubles the pause, up to fifteen seconds', () => {
  const { fail, pass, waitMs, pauses } = breaker();
  fail(8);
  for (let n = 0; n < 6; n += 1) {
    pass(20_000);
    waitMs();
    fail(1);
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
});

test('calls that began before the pause do not prolong it', () => {
  const { fail, pauses } = breaker();
  fail(50);
  expect(pauses).toEqual([1_000]);
});

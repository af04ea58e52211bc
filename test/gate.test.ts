import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createGate } from '../src/gate.ts';
import type { Ledger, Reservation } from '../src/ledger.ts';

const AT_ONCE: Reservation = { taken: true, inMs: 0, moment: '1' };
const FULL: Reservation = { taken: false, inMs: 7_000, moment: '' };

/** A gate whose quotas give out these moments, one after another, and what was done, in order. */
function gateWith(moments: readonly Reservation[], pauses: readonly number[] = []) {
  const steps: string[] = [];
  const [left, paused] = [[...moments], [...pauses]];
  const ledger = {
    reserve: async (_quotas: unknown, _aheadMs: number, missed?: string) => {
      steps.push(missed === undefined ? 'turn' : `turn instead of ${missed}`);
      return left.shift() ?? FULL;
    },
    paused: async () => paused.shift() ?? 0,
  } as unknown as Ledger;
  const ready = async () => void steps.push('ready');
  return { steps, gate: createGate({ ledger, ready, onQuotaWait: () => {}, log: pino({ enabled: false }) }) };
}

test('what every call needs is there before a turn is taken, so that nobody waits for it with a turn in hand', async () => {
  const { gate, steps } = gateWith([AT_ONCE]);
  await gate.call({ kind: 'send', tries: 0, make: async () => void steps.push('call') });
  expect(steps).toEqual(['ready', 'turn', 'call']);
});

test('a call that is made a second time takes a second turn', async () => {
  const { gate, steps } = gateWith([AT_ONCE, AT_ONCE]);
  const make = async (again: () => Promise<void>) => {
    await again();
    return 'opened';
  };
  expect(await gate.call({ kind: 'start_service', tries: 0, make })).toEqual({ kind: 'done', value: 'opened' });
  expect(steps).toEqual(['ready', 'turn', 'turn']);
});

test('where the second turn is far away the job comes back for both, and nothing counts as failed', async () => {
  const { gate } = gateWith([AT_ONCE, FULL]);
  const make = async (again: () => Promise<void>) => {
    await again();
    throw new Error('called without a turn');
  };
  const outcome = await gate.call({ kind: 'start_service', tries: 0, make });
  expect(outcome).toEqual({ kind: 'later', afterMs: FULL.inMs, failing: false, why: 'quota' });
});

test('a pause that begins while a call waits for its moment holds for that call too', async () => {
  const { gate, steps } = gateWith([{ taken: true, inMs: 5, moment: '7' }, FULL], [6_995]);
  const outcome = await gate.call({ kind: 'send', tries: 0, make: async () => void steps.push('call') });
  expect(outcome).toMatchObject({ kind: 'later', failing: false });
  expect(steps).toEqual(['ready', 'turn', 'turn instead of 7']);
});

import { describe, expect, test } from 'vitest';
import type { Ask, OpenId } from '../src/bot.ts';
import { anew, newHandoffJob, newOutboxJob, parseHandoffJob } from '../src/jobs.ts';
import { type OpeningParts, openChat } from '../src/opening.ts';
import { isForgotten, isOutOfTime } from '../src/retry.ts';

const MINUTE = 60_000;
const ask = (ageMs: number): Ask => ({ person: 'ou_1' as OpenId, at: Date.now() - ageMs, source: 'message' });
const refused = { cause: 'failed', why: 'the desk was down' } as const;
const failed = (ageMs: number) => ({
  ...newHandoffJob('e', { ...ask(ageMs), doubtful: true }),
  tries: 7,
  failingSince: 1,
  attemptedAt: Date.now() - ageMs,
  refused,
});

/** How a run of that job ends that gets no further than the claim. */
async function openingOf(data: unknown) {
  const parts = {
    lateMs: 10 * MINUTE,
    ledger: { claim: async () => ({ state: 'busy' }) },
  } as unknown as OpeningParts;
  const run = { jobId: 'h1', data: parseHandoffJob(data), save: async () => {}, starts: 1 };
  return (await openChat(run, '', parts)).opening;
}

describe('a failed hand-off that an operator has run again', () => {
  test('is tried, where without him it would be refused as before', async () => {
    expect(await openingOf(failed(MINUTE))).toEqual({ kind: 'refused', cause: 'failed' });
    expect(await openingOf(anew(failed(MINUTE)))).toEqual({ kind: 'busy' });
  });

  test('asks the person first when it is old by now, though it was tried in time', async () => {
    expect(await openingOf(anew(failed(20 * MINUTE)))).toEqual({ kind: 'late' });
  });

  test('keeps what is known of a ticket, and no doubt that was settled', () => {
    const { attemptedAt, ask } = parseHandoffJob(anew(failed(0)));
    expect(attemptedAt).toBeDefined();
    expect(ask.doubtful).toBeUndefined();
  });

  test('that has a chat leads to that chat', () => {
    const chat = { chatId: 'oc_1', openedAt: 1 };
    expect(anew({ ...failed(0), refused: undefined, chat })).toMatchObject({ chat, tries: 7 });
  });
});

test('what is no hand-off runs again as it is', () => {
  const message = { to: { kind: 'person', person: 'ou_1' as OpenId }, card: {} } as never;
  const job = newOutboxJob({ eventId: 'e', name: 'link', askedAt: 0, message });
  for (const data of [job, 'rubbish', undefined]) expect(anew(data)).toBe(data);
});

test('a message is planned for no longer than it may be tried', () => {
  for (const minutes of [1, 50, 55]) expect(isForgotten(0, minutes * MINUTE)).toBe(false);
  expect(isForgotten(0, 60 * MINUTE)).toBe(true);
  expect(isOutOfTime(0, 59 * MINUTE)).toBe(true);
});

import type { Job } from 'bullmq';
import { expect, test } from 'vitest';
import type { OpenId } from '../src/bot.ts';
import { newOutboxJob } from '../src/jobs.ts';
import { createHiding } from '../src/log.ts';
import { tell } from '../src/trace/story.ts';

test('a courtesy that was dropped is not told as sent', () => {
  const words = { zh: 'x', en: 'x', ja: 'x' };
  const card = { title: words, tone: 'ready', body: words, buttons: [] } as const;
  const message = { to: { kind: 'person', person: 'ou_1' as OpenId }, card, courtesy: true } as const;
  const job = {
    id: 'h1-guide',
    data: newOutboxJob({ eventId: 'e', name: 'guide', askedAt: 1, message }),
    timestamp: 1,
    finishedOn: 2,
    attemptsStarted: 1,
    returnvalue: { dropped: 'it waited too long' },
  } as Job;
  const { steps } = tell({ handoffId: 'h1', jobs: [{ queue: 'outbox', job, state: 'completed' }] }, createHiding('x'));
  expect(steps.at(-1)?.what).toBe('message "guide" dropped: it waited too long');
});

import { expect, test } from 'vitest';
import { createMetrics, type EventOutcome } from '../src/metrics.ts';

test('a look at the numbers waits for an event whose outcome is still being asked for', async () => {
  const metrics = createMetrics();
  let tell: (outcome: EventOutcome) => void = () => {};
  const outcome = new Promise<EventOutcome>((resolve) => {
    tell = resolve;
  });
  metrics.event('message', outcome, 0.01);
  const scraped = metrics.scrape();
  setTimeout(() => tell('duplicate'), 50);
  expect(await scraped).toContain('feishu_events_total{kind="message",outcome="duplicate"} 1');
});

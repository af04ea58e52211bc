import { expect, test } from 'vitest';
import { runFuzz } from '../chaos/fuzz.ts';
import { startTogether, until } from './support/service.ts';

test('odd bytes, headers, documents, duplicates and sockets do no harm, and people go on being served', {
  timeout: 120_000,
}, async () => {
  const { feishu, service } = await startTogether('postgres');
  await until(() => service.log.some(({ msg }) => msg === 'known to Feishu'), 'the bot to know itself');
  const report = await runFuzz({
    ...{ feishu, service, seed: 1, untilEnded: false, tell: () => {} },
    ...{ oddities: 2_000, raws: 300, duplicates: 1_000, sockets: 300 },
  });
  expect(report.wrong).toEqual([]);
  expect([...report.rawAnswers.keys()].filter((status) => status >= 500)).toEqual([]);
  expect(report.repeats).toEqual({ tickets: 0, messages: 0 });
  // Whoever asked was answered, or the run would not have ended; and the process is the same as at the beginning.
  expect(report.waits.length).toBeGreaterThan(0);
  expect(service.process.exitCode).toBeNull();
});

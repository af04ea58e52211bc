import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createAlert } from '../src/alert.ts';
import { FeishuRefused, FeishuUnreachable } from '../src/feishu/errors.ts';

/** What a group robot is told of these failures, by cause. */
async function tell(errors: readonly unknown[]): Promise<string[]> {
  const told: string[] = [];
  const robot = createServer(async (request, response) => {
    for await (const bytes of request) told.push(JSON.parse(String(bytes)).content.text);
    response.end('{"code":0}');
  });
  await new Promise<void>((resolve) => robot.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void robot.close());
  const url = `http://127.0.0.1:${(robot.address() as AddressInfo).port}/`;
  const seen = new Set<string>();
  const first = async (deed: string) => !seen.has(deed) && seen.add(deed) !== undefined;
  const alert = createAlert({ url: () => url, ledger: { first }, log: pino({ enabled: false }) });
  for (const error of errors) await alert.failure('It failed', error);
  return told;
}

test('operations hear what it was: Feishu silent, Feishu refusing, or a fault of ours', async () => {
  const refused = new FeishuRefused('send', { status: 400, headers: {}, body: { code: 230001, msg: '' } });
  const told = await tell([new FeishuUnreachable('send', 'x'), refused, new TypeError('x'), undefined]);
  expect(told).toHaveLength(3);
  expect(told[0]).toContain('did not answer');
  expect(told[1]).toContain('230001');
  expect(told[2]).toContain('see the log');
  expect(told[2]).not.toContain('Feishu did');
});

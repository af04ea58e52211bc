import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { HandoffTools, OpenId, Opening } from '../src/bot.ts';
import type { FeishuApi } from '../src/feishu/api.ts';
import type { Outcome } from '../src/gate.ts';
import { type HandoffParts, runHandoff } from '../src/handoff-job.ts';
import { newHandoffJob } from '../src/jobs.ts';
import type { Ledger } from '../src/ledger.ts';
import { createMetrics } from '../src/metrics.ts';

const log = pino({ enabled: false });
const LATER: Outcome<never> = { kind: 'later', afterMs: 100, failing: true, why: 'down', error: new Error('down') };

type Handler = HandoffParts['handler'];

/** Asks for an opinion where there is doubt, and opens a chat or asks the person. */
const handler: Handler = async (ask, tools: HandoffTools): Promise<Opening> =>
  ask.doubtful && (await tools.secondOpinion()) !== 'human' ? { kind: 'asked' } : tools.openChat('');

/** A doubtful ask, run after run, while Feishu never answers. */
function doubtfulAsk(run: Handler, opinions: ('human' | 'unsure')[] = []) {
  const person = 'ou_1' as OpenId;
  const told: string[] = [];
  const metrics = createMetrics();
  const ledger = { claim: async () => ({ state: 'mine' }), release: async () => {} } as unknown as Ledger;
  const parts: HandoffParts = {
    handler: run,
    opening: {
      api: {} as FeishuApi,
      gate: { call: async () => LATER },
      ledger,
      appLinkUrl: '',
      lateMs: Number.POSITIVE_INFINITY,
      onAmbiguous: () => {},
    },
    queues: { say: async () => {} },
    opinion: async () => opinions.shift() ?? 'unsure',
    ledger,
    metrics,
    alert: { failure: async (what) => void told.push(what) },
    log,
  };
  let data: object = newHandoffJob('e', { person, at: Date.now(), source: 'message', text: 'x', doubtful: true });
  const save = async (saved: object) => {
    data = saved;
  };
  return {
    told,
    metrics,
    data: () => JSON.stringify(data),
    run: () => runHandoff({ id: 'h1', data, writtenAt: 0, starts: 1, save }, parts),
  };
}

test('a chat that is being opened on a second opinion goes on to be, whatever the opinion is at the next try', async () => {
  const { run } = doubtfulAsk(handler, ['human', 'unsure']);
  expect(await run()).toMatchObject({ laterMs: 100 });
  expect(await run()).toMatchObject({ laterMs: 100 });
});

test('a hand-off that fails by a bug of ours is counted, operations are told, and what the person wrote is gone', async () => {
  const { run, told, metrics, data } = doubtfulAsk(() => Promise.reject(new TypeError('a bug')));
  await expect(run()).rejects.toThrow('a bug');
  expect(told).toHaveLength(1);
  expect(await metrics.scrape()).toContain('handoffs_total{outcome="refused_failed",source="message"} 1');
  expect(data()).not.toContain('text');
});

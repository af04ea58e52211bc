import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { ChatId, Message, MessageId, OpenId, Words } from '../src/bot.ts';
import { FeishuRefused } from '../src/feishu/errors.ts';
import type { Gate } from '../src/gate.ts';
import { handoffJobId, type JobInHand, newOutboxJob, outboxJobId } from '../src/jobs.ts';
import { type OutboxParts, runOutbox } from '../src/outbox-job.ts';
import { StoreUnavailable } from '../src/store/contract.ts';

// A process that dies between two steps leaves what is written here and runs again from it.

const words = (text: string): Words => ({ zh: text, en: text, ja: text });
const card = (text: string) => ({ title: words('desk'), tone: 'ready', body: words(text), buttons: [] }) as const;
const [person, messageId, group] = ['ou_1' as OpenId, 'om_1' as MessageId, 'oc_1' as ChatId];
const inGroup = { kind: 'group', messageId, group } as const;
const MESSAGE: Message = {
  to: { kind: 'person', person },
  card: card('the link'),
  after: {
    sent: { name: 'note', to: inGroup, card: card('sent') },
    unsent: { name: 'unreached', to: inGroup, card: card('not sent') },
  },
};
const HANDOFF = handoffJobId('cli_1', 'om_1');

const refusal = (code: number) => new FeishuRefused('send', { status: 400, headers: {}, body: { code, msg: '' } });

/** Runs until the job ends, again whenever it is interrupted. `steps` is what happened, in order. */
async function run(
  message: Message,
  refusals: readonly number[],
  interruptions: readonly string[] = [],
  failingSince?: number,
) {
  const steps: string[] = [];
  const [codes, deaths] = [[...refusals], [...interruptions]];
  const step = (name: string) => {
    steps.push(name);
    if (deaths[0] !== name) return;
    deaths.shift();
    throw new StoreUnavailable('died here');
  };
  const gate: Gate = {
    call: async ({ make }) => {
      const code = codes.shift();
      const value = await make(async () => {});
      return code ? { kind: 'never', error: refusal(code) } : { kind: 'done', value };
    },
  };
  const parts: OutboxParts = {
    api: {
      send: async (to, { form }, uuid) => {
        step(`send ${form} ${to.kind} ${uuid.slice(HANDOFF.length)}`);
        return {};
      },
    },
    gate,
    queues: {
      say: async (id) => {
        step(`say ${id.slice(HANDOFF.length)}`);
        return true;
      },
    },
    ledger: { endAt: async () => {} },
    metrics: { cardRefused: () => {}, linkSent: () => {}, undelivered: () => {} },
    alert: { failure: async () => {} },
    log: pino({ enabled: false }),
    reuseMs: 1,
    language: 'zh',
  };
  let data: unknown = newOutboxJob({
    eventId: 'e',
    name: 'link',
    askedAt: 0,
    message,
    ...(failingSince !== undefined && { failingSince }),
  });
  const job = (): JobInHand => ({
    id: outboxJobId(HANDOFF, 'link'),
    data,
    writtenAt: 0,
    starts: 1,
    save: async (saved) => {
      step(`save ${'form' in saved ? saved.form : ''}${'unreplied' in saved ? ' unreplied' : ''}`);
      data = saved;
    },
  });
  for (;;) {
    const settled = await runOutbox(job(), parts).catch((error: unknown) => {
      if (error instanceof StoreUnavailable) return undefined;
      throw error;
    });
    if (settled) return { steps, settled };
  }
}

test('a link that is sent is followed by its note, and one that cannot be by the other', async () => {
  expect((await run(MESSAGE, [])).steps).toEqual(['send card person -link', 'say -note']);
  const { steps, settled } = await run(MESSAGE, [230053]);
  expect(steps).toEqual(['send card person -link', 'say -unreached']);
  expect(settled).toMatchObject({ failed: expect.stringContaining('230053') });
});

test('who dies between the link and its note sends again under the same uuid, then notes', async () => {
  const { steps } = await run(MESSAGE, [], ['say -note']);
  expect(steps).toEqual(['send card person -link', 'say -note', 'send card person -link', 'say -note']);
});

test('a plainer form is saved before it is tried, and a run that is repeated goes on with it', async () => {
  const { steps } = await run(MESSAGE, [230099], ['say -note']);
  expect(steps).toEqual([
    'send card person -link',
    'save old-card',
    'send old-card person -link-1',
    'say -note',
    'send old-card person -link-1',
    'say -note',
  ]);
});

test('each form is tried once, text last; when that is refused too the person cannot be helped', async () => {
  const { steps } = await run(MESSAGE, [230099, 230099, 230025]);
  expect(steps.filter((step) => step.startsWith('send'))).toEqual([
    'send card person -link',
    'send old-card person -link-1',
    'send text person -link-t',
  ]);
  expect(steps.at(-1)).toBe('say -unreached');
});

test('a reply whose message is gone goes to the person, in the form that was reached, under a uuid of its own', async () => {
  const reply: Message = { to: { kind: 'reply', messageId, person }, card: card('the link') };
  const { steps } = await run(reply, [230099, 230011]);
  expect(steps).toEqual([
    'send card reply -link',
    'save old-card',
    'send old-card reply -link-1',
    'save old-card unreplied',
    'send old-card person -link-1p',
  ]);
});

test('what Feishu may have forgotten the uuid of is not sent again, whoever has it run', async () => {
  expect((await run(MESSAGE, [], [], Date.now() - 58 * 60_000)).steps[0]).toBe('send card person -link');
  const { steps, settled } = await run(MESSAGE, [], [], Date.now() - 60 * 60_000);
  expect(steps).toEqual(['say -unreached']);
  expect(settled).toEqual({ failed: 'out of time' });
});

test('no uuid is longer than Feishu allows', () => {
  expect(outboxJobId(HANDOFF, 'twelveletter').length + '-tp'.length).toBeLessThanOrEqual(50);
});

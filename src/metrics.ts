import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Ask, Decision } from './bot.ts';
import type { RejectReason } from './feishu/delivery.ts';
import type { Observe } from './feishu/observe.ts';
import { FORMS, type Form } from './forms.ts';
import type { Found } from './opening.ts';
import type { QueueLook } from './queue.ts';
import { createQueueGauges } from './queue-gauges.ts';

export type EventOutcome =
  | 'accepted'
  | 'duplicate'
  | 'ignored'
  | 'challenge'
  | 'unavailable'
  | `rejected_${RejectReason}`;

/** Complete, so that every series is there before its first count: a rate sees no step from nothing to one. */
const REASONS: Readonly<Record<RejectReason, true>> = {
  signature: true,
  token: true,
  app: true,
  plain: true,
  stale: true,
  unreadable: true,
  size: true,
};
const SOURCES: Readonly<Record<Ask['source'], true>> = { message: true, menu: true, press: true };
const FOUND: Readonly<Record<Found, true>> = { chat: true, ticket: true, nothing: true, unknown: true };
const HANDOFF_OUTCOMES = [
  'opened',
  'repeated',
  'refused_no_access',
  'refused_failed',
  'late',
  'asked',
  'unwanted',
] as const;
export type HandoffOutcome = (typeof HANDOFF_OUTCOMES)[number];

/** What is counted. Labels come from bounded sets: no ids, no text. */
export interface Metrics {
  readonly contentType: string;
  /** All numbers in Prometheus' words; those of the queues only while their store answers. */
  scrape(): Promise<string>;
  /** From now on `scrape` looks at the queues. */
  watchQueues(look: () => Promise<readonly QueueLook[]>): void;
  event(kind: string, outcome: EventOutcome, seconds: number): void;
  decided(decision: Decision): void;
  handoff(outcome: HandoffOutcome, source: Ask['source']): void;
  /** From the person's ask to the link being sent. */
  linkSent(seconds: number): void;
  /** A call of `start_service` that nobody answered was followed up; by what was found. */
  ambiguous(found: Found): void;
  quotaWait(): void;
  /** A card that Feishu refused, by its form. */
  cardRefused(form: Form): void;
  /** A message that will never be sent, by Feishu's code; `dropped` for a courtesy that waited too long. */
  undelivered(code: string): void;
  readonly api: Observe;
}

const FAST = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3];
const SLOW = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 60, 300, 1800];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const events = new Counter({
    name: 'feishu_events_total',
    help: 'Deliveries by kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const ack = new Histogram({
    name: 'feishu_ack_seconds',
    help: 'From the last byte of a delivery to our answer',
    buckets: FAST,
    registers,
  });
  const decisions = new Counter({
    name: 'intent_decisions_total',
    help: 'Decisions by rule',
    labelNames: ['decision', 'rule'],
    registers,
  });
  const handoffs = new Counter({
    name: 'handoffs_total',
    help: 'Hand-offs by outcome and source',
    labelNames: ['outcome', 'source'],
    registers,
  });
  const handoffSeconds = new Histogram({
    name: 'handoff_seconds',
    help: 'From the ask to the link sent',
    buckets: SLOW,
    registers,
  });
  const undelivered = new Counter({
    name: 'messages_undelivered_total',
    help: 'Messages that will never be sent',
    labelNames: ['code'],
    registers,
  });
  const cardsRefused = new Counter({
    name: 'cards_refused_total',
    help: 'Cards that Feishu refused and that were sent in a plainer form',
    labelNames: ['form'],
    registers,
  });
  const ambiguous = new Counter({
    name: 'handoff_ambiguous_total',
    help: 'Calls of start_service without an answer, by what was found of them',
    labelNames: ['found'],
    registers,
  });
  const quotaWaits = new Counter({
    name: 'feishu_quota_waits_total',
    help: 'Calls put back because a quota was full',
    registers,
  });
  const calls = new Counter({
    name: 'feishu_api_requests_total',
    help: 'Calls to Feishu by code',
    labelNames: ['api', 'code'],
    registers,
  });
  const callSeconds = new Histogram({
    name: 'feishu_api_seconds',
    help: 'Time of calls to Feishu',
    labelNames: ['api'],
    buckets: FAST,
    registers,
  });
  const queues = createQueueGauges(registers);
  for (const outcome of ['accepted', 'duplicate'])
    for (const kind of Object.keys(SOURCES)) events.inc({ kind, outcome }, 0);
  for (const reason of Object.keys(REASONS)) events.inc({ kind: 'unknown', outcome: `rejected_${reason}` }, 0);
  events.inc({ kind: 'unknown', outcome: 'unavailable' }, 0);
  for (const form of FORMS) if (form !== 'text') cardsRefused.inc({ form }, 0);
  for (const found of Object.keys(FOUND)) ambiguous.inc({ found }, 0);
  for (const outcome of HANDOFF_OUTCOMES)
    for (const source of Object.keys(SOURCES)) handoffs.inc({ outcome, source }, 0);
  return {
    contentType: registry.contentType,
    scrape: async () => {
      await queues.refresh();
      return registry.metrics();
    },
    watchQueues: queues.watch,
    event: (kind, outcome, seconds) => {
      events.inc({ kind, outcome });
      ack.observe(seconds);
    },
    decided: ({ decision, rule }) => decisions.inc({ decision, rule }),
    handoff: (outcome, source) => handoffs.inc({ outcome, source }),
    linkSent: (seconds) => handoffSeconds.observe(seconds),
    ambiguous: (found) => ambiguous.inc({ found }),
    quotaWait: () => quotaWaits.inc(),
    cardRefused: (form) => cardsRefused.inc({ form }),
    undelivered: (code) => undelivered.inc({ code }),
    api: (api, code, seconds) => {
      calls.inc({ api, code });
      callSeconds.observe({ api }, seconds);
    },
  };
}

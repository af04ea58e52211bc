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

const FIRST_EVENTS = [
  ...['accepted', 'duplicate'].flatMap((outcome) => Object.keys(SOURCES).map((kind) => ({ kind, outcome }))),
  ...Object.keys(REASONS).map((reason) => ({ kind: 'unknown', outcome: `rejected_${reason}` })),
  { kind: 'unknown', outcome: 'unavailable' },
];
const FIRST_HANDOFFS = HANDOFF_OUTCOMES.flatMap((outcome) =>
  Object.keys(SOURCES).map((source) => ({ outcome, source })),
);

/** What is counted. Labels come from bounded sets: no ids, no text. */
export interface Metrics {
  readonly contentType: string;
  /** All numbers in Prometheus' words; those of the queues only while their store answers. */
  scrape(): Promise<string>;
  /** From now on `scrape` looks at the queues. */
  watchQueues(look: () => Promise<readonly QueueLook[]>): void;
  /** An outcome that must be asked for is counted when it is known, and `scrape` waits for it; it must not reject. */
  event(kind: string, outcome: EventOutcome | Promise<EventOutcome>, seconds: number): void;
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

const ACK = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3];
/** A call ends after 8 s. */
const CALL = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 10];
const WAIT = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 60, 300, 1800];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram({ name, help, buckets, labelNames, registers });

  const events = counter('feishu_events_total', 'Deliveries by kind and outcome', 'kind', 'outcome');
  const ack = histogram('feishu_ack_seconds', 'From the head of a delivery to our answer', ACK);
  const decisions = counter('intent_decisions_total', 'Decisions by rule', 'decision', 'rule');
  const handoffs = counter('handoffs_total', 'Hand-offs by outcome and source', 'outcome', 'source');
  const waits = histogram('handoff_seconds', 'From the ask to the link sent', WAIT);
  const undelivered = counter('messages_undelivered_total', 'Messages that will never be sent', 'code');
  const refused = counter('cards_refused_total', 'Cards that Feishu refused and that went in a plainer form', 'form');
  const ambiguous = counter('handoff_ambiguous_total', 'Lost answers of start_service, by what was found', 'found');
  const quotaWaits = counter('feishu_quota_waits_total', 'Calls put back because a quota was full');
  const calls = counter('feishu_api_requests_total', 'Calls to Feishu by code', 'api', 'code');
  const callSeconds = histogram('feishu_api_seconds', 'Time of calls to Feishu', CALL, 'api');
  const queues = createQueueGauges(registers);
  const uncounted = new Set<Promise<void>>();

  for (const { kind, outcome } of FIRST_EVENTS) events.inc({ kind, outcome }, 0);
  for (const { outcome, source } of FIRST_HANDOFFS) handoffs.inc({ outcome, source }, 0);
  for (const form of FORMS) if (form !== 'text') refused.inc({ form }, 0);
  for (const found of Object.keys(FOUND)) ambiguous.inc({ found }, 0);
  return {
    contentType: registry.contentType,
    scrape: async () => {
      await Promise.all([queues.refresh(), ...uncounted]);
      return registry.metrics();
    },
    watchQueues: queues.watch,
    event: (kind, outcome, seconds) => {
      ack.observe(seconds);
      const counted = Promise.resolve(outcome).then((known) => {
        events.inc({ kind, outcome: known });
        uncounted.delete(counted);
      });
      uncounted.add(counted);
    },
    decided: ({ decision, rule }) => decisions.inc({ decision, rule }),
    handoff: (outcome, source) => handoffs.inc({ outcome, source }),
    linkSent: (seconds) => waits.observe(seconds),
    ambiguous: (found) => ambiguous.inc({ found }),
    quotaWait: () => quotaWaits.inc(),
    cardRefused: (form) => refused.inc({ form }),
    undelivered: (code) => undelivered.inc({ code }),
    api: (api, code, seconds) => {
      calls.inc({ api, code });
      callSeconds.observe({ api }, seconds);
    },
  };
}

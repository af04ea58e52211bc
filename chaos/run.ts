import { setTimeout as pause } from 'node:timers/promises';
import { type Simulator, startSimulator } from '../simulator/index.ts';
import { type Audit, audit, type Evidence } from './audit.ts';
import { type Crew, startCrew } from './crew.ts';
import { letAsk, planAsks, rushBefore } from './crowd.ts';
import { createDice } from './dice.ts';
import { openDoor } from './door.ts';
import type { Incident } from './incidents.ts';
import { play } from './play.ts';
import { type DisconnectOptions, writeDisconnects, writeRestarts, writeScript } from './script.ts';
import { findSecondTickets, type SecondTicket } from './second-tickets.ts';
import { type BreakableStore, type StoreName, startStore } from './stores.ts';
import { startWeather } from './weather.ts';

export interface ChaosOptions {
  readonly store: StoreName;
  readonly seed: number;
  readonly people: number;
  /** How long things go wrong. */
  readonly durationMs: number;
  /** How long after that everybody may wait for an answer, and how long nothing must move before the audit. */
  readonly patienceMs: number;
  readonly quietMs: number;
  /** What Feishu makes of 15 s, 5 min, 1 h and 6 h. */
  readonly timeScale: number;
  /** Events come over the long connection, and nothing goes wrong but that it ends. */
  readonly disconnects?: DisconnectOptions;
  /** Nothing goes wrong: all processes are restarted so often, one after the other. */
  readonly restarts?: number;
  readonly tell: (line: string) => void;
}

export interface Outcome {
  readonly options: ChaosOptions;
  readonly evidence: Evidence;
  readonly incidents: readonly Incident[];
  readonly audit: Audit;
  readonly secondTickets: readonly SecondTicket[];
  readonly crew: Pick<Crew, 'figures' | 'misconduct' | 'log'>;
}

/** 30 of 100 calls to Feishu go wrong. */
const FAULTS = 0.3;
const LATENCY_MS = 20;

/** Where an apology sends people; no chat has this link. */
const DESK_LINK = 'https://applink.feishu.cn/client/helpdesk/open?id=7';

/** Pings are further apart than the SDK waits for a pong; else it would never miss one. */
const SOCKET = {
  subscription: 'websocket',
  pace: { pingSeconds: 6, reconnectJitterSeconds: 1, reconnectSeconds: 1 },
} as const;

/** The ladder's ages are not to be judged here: nothing is late. */
const ENV = { LATE_MINUTES: '100000', FEISHU_HELPDESK_LINK: DESK_LINK };

/** Everything goes wrong at once for a while; then everything works again, and Feishu's record is audited. */
export async function runChaos(options: ChaosOptions): Promise<Outcome> {
  const { seed, timeScale, disconnects, tell } = options;
  const undo: Array<() => Promise<void>> = [];
  try {
    const feishu = await startSimulator({ seed, timeScale, latencyMs: LATENCY_MS, ...(disconnects && SOCKET) });
    undo.push(() => feishu.close());
    const store = await startStore(options.store);
    undo.push(() => store.close());
    const env = { ...feishu.env, ...store.env, ...ENV };
    const crew = await startCrew({ roles: store.roles, env, dice: createDice(seed + 2) });
    undo.push(() => crew.stop());
    const door = await openDoor(() => crew.doors().map(({ webhook }) => Number(new URL(webhook).port)));
    undo.push(() => door.close());
    feishu.webhook = `http://127.0.0.1:${door.port}/feishu/events`;
    await crew.ready();
    tell('everything runs; now it goes wrong');
    return await goThrough({ feishu, store, crew, options });
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

interface Parts {
  readonly feishu: Simulator;
  readonly store: BreakableStore;
  readonly crew: Crew;
  readonly options: ChaosOptions;
}

async function goThrough({ feishu, store, crew, options }: Parts): Promise<Outcome> {
  const { seed, people, durationMs, patienceMs, disconnects, restarts, tell } = options;
  const giveUp = new AbortController();
  const incidents: Incident[] = [];
  const script = scriptOf(options, store);
  const dice = createDice(seed + 1);
  const plan = planAsks(dice, { people, durationMs });
  const crowd = letAsk(feishu, disconnects ? rushBefore(dice, plan, script) : plan, giveUp.signal);
  const endWeather = disconnects || restarts ? () => {} : startWeather(feishu, FAULTS);
  await play(script, { feishu, store, crew, incidents, durationMs, tell });
  endWeather();
  tell('everything works again; waiting for the last answers');
  await crew.ready();
  const timer = setTimeout(() => giveUp.abort(), patienceMs);
  const asks = await crowd;
  clearTimeout(timer);
  const { calls, deliveries, messages, tickets } = feishu;
  const evidence = { asks, calls, deliveries, messages, tickets, deskLink: DESK_LINK };
  await untilQuiet(feishu, evidence, options);
  const result = audit(evidence);
  const secondTickets = findSecondTickets({ ...evidence, incidents });
  return { options, evidence, incidents, audit: result, secondTickets, crew };
}

function scriptOf({ seed, durationMs, disconnects, restarts }: ChaosOptions, { outages }: BreakableStore) {
  if (disconnects) return writeDisconnects(disconnects, durationMs);
  if (restarts) return writeRestarts(restarts, durationMs);
  return writeScript(createDice(seed), { durationMs, outages });
}

/** Waits until everybody is answered, at most as long as people have patience; and then until nothing moves any more. */
async function untilQuiet(feishu: Simulator, evidence: Evidence, { patienceMs, quietMs }: ChaosOptions): Promise<void> {
  const end = performance.now() + patienceMs;
  const lost = () => audit(evidence).faults.some(({ kind }) => kind === 'lost');
  while (lost() && performance.now() < end) await pause(500);
  const stirred = () => Math.max(...[...feishu.calls, ...feishu.deliveries].map(({ at, ms = 0 }) => at + ms));
  while (Date.now() - stirred() < quietMs && performance.now() < end + quietMs) await pause(250);
}

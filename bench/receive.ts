import { demoApp } from '../simulator/index.ts';
import { cpuSeconds } from './child.ts';
import { type Contestant, type Ground, startEmbeddedOurs, startOurs, startPeer } from './contestants.ts';
import { type Figure, figure, quantile, short, spread, table } from './figures.ts';
import { type Sender, startSender } from './load/sender.ts';
import type { Scale } from './scale.ts';

/** What one contestant did at one number of connections, over all rounds. */
export interface ReceiveRow {
  readonly name: string;
  readonly connections: number;
  readonly perSecond: Figure;
  readonly ackMedianMs: Figure;
  readonly ackP99Ms: Figure;
  /** CPU of its own processes; not that of the store, nor of the sender. Absent without /proc. */
  readonly cpuUs?: Figure;
  readonly refused: number;
}

interface Round {
  readonly name: string;
  readonly connections: number;
  readonly perSecond: number;
  readonly ackMedianMs: number;
  readonly ackP99Ms: number;
  readonly cpuUs: number;
  readonly refused: number;
}

const CONNECTIONS = [50, 500, 1];

/** Turn by turn, so that what the machine does otherwise meets all alike; each round begins with another one. */
export async function benchReceive(ground: Ground, scale: Scale): Promise<ReceiveRow[]> {
  const { redis, postgres } = ground;
  const sender = startSender();
  ground.atEnd(sender.stop);
  const standing: Contestant[] = [
    await startPeer('quick-start stack', 'quick-start.ts', ground),
    await startOurs('ours', redis.url, ground),
    { ...(await startOurs('ours, other words each time', redis.url, ground)), inOtherWords: true },
    await startPeer('limit', 'limit.ts', ground),
    await startOurs('ours, two processes', redis.url, ground, 2),
    await startOurs('ours on PostgreSQL', postgres.url, ground),
  ];
  const rounds: Round[] = [];
  for (const contestant of standing) await play(contestant, sender, 50, scale.warmUp);
  for (let turn = 0; turn < scale.rounds; turn += 1) {
    for (const connections of CONNECTIONS)
      for (let n = 0; n < standing.length; n += 1) {
        const contestant = standing[(n + turn) % standing.length];
        if (contestant)
          rounds.push(await play(contestant, sender, connections, eventsFor(contestant, connections, scale)));
      }
    rounds.push(...(await playEmbedded(ground, sender, scale)));
  }
  for (const contestant of standing) await leave(contestant);
  sender.stop();
  return rowsOf(rounds);
}

async function playEmbedded(ground: Ground, sender: Sender, scale: Scale): Promise<Round[]> {
  const contestant = await startEmbeddedOurs('ours, embedded PostgreSQL', ground);
  const rounds: Round[] = [];
  await play(contestant, sender, 50, scale.slowEvents);
  for (const connections of CONNECTIONS)
    rounds.push(await play(contestant, sender, connections, eventsFor(contestant, connections, scale)));
  await leave(contestant);
  return rounds;
}

/** A second or two for each. */
function eventsFor({ name }: Contestant, connections: number, { events, slowEvents }: Scale): number {
  const all = name.includes('PostgreSQL') ? slowEvents : events;
  return connections === 1 ? Math.ceil(all / 4) : all;
}

/** @throws when an event was answered with 200 and is not in the queue: nothing else is a wrong result. */
async function leave({ name, accepted, kept, children }: Contestant): Promise<void> {
  const ids = await kept();
  const lost = accepted.filter((eventId) => !ids.has(eventId)).length;
  for (const child of children) await child.stop();
  if (lost > 0) throw new Error(`${name}: ${lost} of ${accepted.length} accepted events are not in the queue`);
}

async function play(contestant: Contestant, sender: Sender, connections: number, events: number): Promise<Round> {
  const { name, appId, children, accepted, inOtherWords = false } = contestant;
  const cpu = () => children.reduce((sum, { pid }) => sum + (cpuSeconds(pid) ?? Number.NaN), 0);
  const before = cpu();
  const urls = children.map(({ url }) => url);
  const result = await sender.fire({ app: { ...demoApp, id: appId }, urls, connections, events, inOtherWords });
  accepted.push(...result.accepted);
  const acks = [...result.acks].sort((a, b) => a - b);
  return {
    name,
    connections,
    perSecond: events / result.seconds,
    ackMedianMs: quantile(acks, 0.5),
    ackP99Ms: quantile(acks, 0.99),
    cpuUs: ((cpu() - before) / events) * 1e6,
    refused: result.refused,
  };
}

function rowsOf(rounds: readonly Round[]): ReceiveRow[] {
  const keys = [...new Set(rounds.map(({ name, connections }) => `${connections} ${name}`))];
  return keys.map((key) => {
    const group = rounds.filter(({ name, connections }) => `${connections} ${name}` === key);
    const of = (value: (round: Round) => number) => figure(group.map(value));
    const cpuUs = of((round) => round.cpuUs);
    return {
      name: key.slice(key.indexOf(' ') + 1),
      connections: Number.parseInt(key, 10),
      perSecond: of((round) => round.perSecond),
      ackMedianMs: of((round) => round.ackMedianMs),
      ackP99Ms: of((round) => round.ackP99Ms),
      ...(!Number.isNaN(cpuUs.median) && { cpuUs }),
      refused: group.reduce((sum, { refused }) => sum + refused, 0),
    };
  });
}

/** Ratios are to the quick-start stack and to the limit at the same number of connections. */
export function showReceive(rows: readonly ReceiveRow[]): string {
  const rateOf = (name: string, connections: number) =>
    rows.find((row) => row.name === name && row.connections === connections)?.perSecond.median ?? Number.NaN;
  const lines = [...rows]
    .sort((a, b) => a.connections - b.connections)
    .map(({ name, connections, perSecond, ackMedianMs, ackP99Ms, cpuUs, refused }) => [
      `${connections} × ${name}`,
      spread(perSecond),
      (perSecond.median / rateOf('quick-start stack', connections)).toFixed(2),
      (perSecond.median / rateOf('limit', connections)).toFixed(2),
      short(ackMedianMs.median),
      short(ackP99Ms.median),
      cpuUs ? short(cpuUs.median) : '-',
      String(refused),
    ]);
  const head = ['receive', 'events/s', '× quick start', '× limit', 'ack p50 ms', 'p99 ms', 'CPU µs/event', 'refused'];
  return table(head, lines);
}

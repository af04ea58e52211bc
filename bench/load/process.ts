import { readFileSync } from 'node:fs';
import { createIntent } from '../../handlers/intent/index.ts';
import { pack } from '../../simulator/delivery.ts';
import { createDirectory } from '../../simulator/directory.ts';
import { createEvents } from '../../simulator/events.ts';
import { type App, newId, settle } from '../../simulator/options.ts';
import { readPhrases } from '../../src/phrases.ts';
import { readWeights } from '../../src/weights.ts';
import { drive, openSockets, requestBytes } from './wire.ts';

/**
 * The sender of events, in a process of its own: who measures must not share a thread with who answers. Each event is
 * sealed and signed before the clock runs.
 */
export interface Burst {
  readonly app: App;
  /** Connections are dealt out to them in turn. */
  readonly urls: readonly string[];
  readonly connections: number;
  readonly events: number;
  /** Asks in words that were not used lately, instead of the few that most people use. */
  readonly inOtherWords: boolean;
}

export interface BurstResult {
  readonly seconds: number;
  /** Of every request, in milliseconds. */
  readonly acks: readonly number[];
  /** Ids of the events that were answered with 200. */
  readonly accepted: readonly string[];
  readonly refused: number;
}

const COMMON = ['转人工', '我要找人工客服', 'talk to a human please', '有没有真人可以帮我看一下电脑', '人工'];

process.on('message', (burst: Burst) => {
  void fire(burst).then((result) => process.send?.(result));
});

async function fire({ app, urls, connections, events, inOtherWords }: Burst): Promise<BurstResult> {
  const targets = urls.map((url) => new URL(url));
  const [target] = targets;
  if (!target) throw new Error('nowhere to send to');
  const sealed = sealedAsks(app, events, target, asksIn(inOtherWords));
  const sockets = await openSockets(targets, connections);
  const [acks, accepted]: [number[], string[]] = [[], []];
  let sent = 0;
  const next = () => {
    const index = sent;
    const ask = sealed[index];
    if (!ask) return undefined;
    sent += 1;
    return { index, bytes: ask.bytes };
  };
  const startedAt = performance.now();
  const answered = (index: number, status: number, ms: number) => {
    const ask = sealed[index];
    acks.push(ms);
    if (status === 200 && ask) accepted.push(ask.eventId);
  };
  await Promise.all(sockets.map((socket) => drive(socket, next, answered)));
  return { seconds: (performance.now() - startedAt) / 1000, acks, accepted, refused: events - accepted.length };
}

let different: readonly string[] | undefined;

function asksIn(inOtherWords: boolean): readonly string[] {
  if (!inOtherWords) return COMMON;
  different ??= differentAsks();
  return different;
}

/** Thousands of asks from the labelled lines, as far as they lead to a hand-off. */
function differentAsks(): readonly string[] {
  const { decide } = createIntent(readPhrases({}), readWeights());
  return readFileSync(new URL('../../test/intent/corpus.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text)
    .filter((text) => decide(text).decision === 'human');
}

function sealedAsks(app: App, count: number, target: URL, asks: readonly string[]) {
  const build = createEvents(settle({ app }), createDirectory(app.id));
  return Array.from({ length: count }, (_, n) => {
    const event = build.text({ person: newId('ou'), text: asks[n % asks.length] ?? '' });
    const { body, headers } = pack(event, {}, app, Date.now());
    return { bytes: requestBytes(target, headers, body), eventId: event.header.event_id };
  });
}

import { setTimeout as pause } from 'node:timers/promises';
import type { FeishuEvent, Simulator } from '../simulator/index.ts';
import { createDice, type Dice } from './dice.ts';
import { mutate, type Oddity } from './mutations.ts';
import { holdSockets, sendRaw } from './sockets.ts';

export interface FuzzOptions {
  readonly feishu: Simulator;
  /** The service under attack: where it takes events, and where it tells how it is. */
  readonly service: { readonly webhook: string; readonly ops: string };
  readonly seed: number;
  readonly oddities: number;
  readonly raws: number;
  readonly duplicates: number;
  readonly sockets: number;
  /** Also waits until the server has ended every slow socket. */
  readonly untilEnded: boolean;
  readonly tell: (line: string) => void;
}

export interface FuzzReport {
  readonly answers: ReadonlyMap<number, number>;
  /** What was answered 5xx or not at all, in short. */
  readonly wrong: readonly string[];
  readonly rawAnswers: ReadonlyMap<number, number>;
  /** Tickets and messages that one event, delivered again and again, brought about after the first time. */
  readonly repeats: { tickets: number; messages: number };
  /** How long people waited for their link during all this and after, in ms. */
  readonly waits: readonly number[];
  readonly slow: { readonly sockets: number; readonly ended: number; readonly longestMs: number };
  readonly memory: { readonly before: Memory; readonly highest: Memory; readonly after: Memory };
}

interface Memory {
  readonly residentMb: number;
  readonly heapMb: number;
}

/** How many deliveries are under way at once. */
const LANES = 40;

/** Attacks the door in every way we know, while people go on asking. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { feishu, service, seed, tell } = options;
  const dice = createDice(seed);
  const port = Number(new URL(service.webhook).port);
  const replayed = await askOnce(feishu);
  const repeats = countFor(feishu, personOf(replayed));
  const watch = watchMemory(service.ops);
  const people = keepAsking(feishu);

  tell(`${options.oddities} odd deliveries`);
  const { answers, wrong } = await sendOddities(options, dice);
  tell(`${options.raws} pieces of what is no HTTP`);
  const rawAnswers = await sendRaws(port, options.raws, dice);
  tell(`${options.duplicates} duplicates of one event`);
  await inLanes(options.duplicates, async () => {
    const { status } = await feishu.deliver(replayed);
    if (status !== 200) wrong.push(`a duplicate: ${status}`);
  });
  tell(`${options.sockets} slow sockets`);
  const held = await holdSockets(port, options.sockets);
  await (options.untilEnded ? held.allEnded() : pause(1_000));
  const slow = { sockets: options.sockets, ended: held.ended(), longestMs: held.longestMs() };
  held.release();

  const waits = await people.stop();
  return { answers, wrong, rawAnswers, waits, slow, repeats, memory: await watch.stop() };
}

async function sendOddities({ feishu, oddities }: FuzzOptions, dice: Dice) {
  const answers = new Map<number, number>();
  const wrong: string[] = [];
  const bases = createBases(feishu, dice);
  await inLanes(oddities, async () => {
    const oddity = mutate({ dice, encryptKey: feishu.app.encryptKey, base: bases });
    const { status } = await feishu.deliver(oddity.event, { ...oddity.how, timeoutMs: 10_000 });
    answers.set(status, (answers.get(status) ?? 0) + 1);
    if (status === 0 || status >= 500) wrong.push(inShort(oddity, status));
    if (feishu.deliveries.length > 10_000) feishu.clear();
  });
  return { answers, wrong };
}

const inShort = ({ kind, event, how = {} }: Oddity, status: number) =>
  `${kind}: ${status} ${String(how.body ?? JSON.stringify(event)).slice(0, 300)} ${JSON.stringify(how.headers ?? {}).slice(0, 300)}`;

/** Mostly events that ask for nothing: where ids change, each ask would be a new one, and Feishu's quota is small. */
function createBases(feishu: Simulator, dice: Dice): () => FeishuEvent<object> {
  const person = feishu.newPerson();
  const asks = [
    feishu.events.text({ person, text: '转人工' }),
    feishu.events.menu({ person, key: 'human_agent' }),
  ] as const;
  const others = [
    feishu.events.text({ person, text: '年假还剩几天？' }),
    feishu.events.post({ person, title: 'hello', lines: ['one', 'two'] }),
    feishu.events.text({ person, group: feishu.newGroup(), text: 'hello' }),
    feishu.events.menu({ person, key: 'another' }),
    feishu.events.chatEntered({ person }),
  ] as const;
  return () => (dice.chance(0.1) ? dice.pick<FeishuEvent<object>>(asks) : dice.pick<FeishuEvent<object>>(others));
}

async function sendRaws(port: number, count: number, dice: Dice): Promise<Map<number, number>> {
  const answers = new Map<number, number>();
  await inLanes(count, async () => {
    for (const status of await sendRaw(port, dice)) answers.set(status, (answers.get(status) ?? 0) + 1);
  });
  return answers;
}

async function inLanes(count: number, work: () => Promise<void>): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function askOnce(feishu: Simulator): Promise<FeishuEvent<object>> {
  const person = feishu.newPerson();
  const event = feishu.events.text({ person, text: '转人工' });
  await feishu.deliver(event);
  await feishu.waitFor(() => feishu.messagesTo(person).length > 0, { what: 'the first answer' });
  return event;
}

/** Counts on, also when the simulator's record is cleared. */
function countFor(feishu: Simulator, whom: string): FuzzReport['repeats'] {
  const repeats = { tickets: 0, messages: 0 };
  feishu.listen((seen) => {
    if (seen.kind === 'ticket' && seen.ticket.person === whom) repeats.tickets += 1;
    if (seen.kind === 'message' && seen.message.to === whom) repeats.messages += 1;
  });
  return repeats;
}

const personOf = (event: FeishuEvent<object>) =>
  (event.event as { sender: { sender_id: { open_id: string } } }).sender.sender_id.open_id;

/** Somebody asks every second, and once more at the end. */
function keepAsking(feishu: Simulator): { stop(): Promise<number[]> } {
  const waits: number[] = [];
  let stopped = false;
  const ask = async () => {
    const began = performance.now();
    await askOnce(feishu);
    waits.push(Math.round(performance.now() - began));
  };
  const asking = (async () => {
    while (!stopped) {
      await ask();
      await pause(1_000);
    }
    await ask();
  })();
  return {
    stop: async () => {
      stopped = true;
      await asking;
      return waits;
    },
  };
}

function watchMemory(ops: string): { stop(): Promise<FuzzReport['memory']> } {
  const seen: Memory[] = [];
  const look = async () => void seen.push(await readMemory(ops));
  const first = look();
  const timer = setInterval(() => void look().catch(() => {}), 1_000);
  return {
    stop: async () => {
      clearInterval(timer);
      await first;
      await look();
      const highest = (of: keyof Memory) => Math.max(...seen.map((memory) => memory[of]));
      const nothing = { residentMb: 0, heapMb: 0 };
      return {
        before: seen[0] ?? nothing,
        highest: { residentMb: highest('residentMb'), heapMb: highest('heapMb') },
        after: seen.at(-1) ?? nothing,
      };
    },
  };
}

async function readMemory(ops: string): Promise<Memory> {
  const metrics = await (await fetch(`${ops}/metrics`)).text();
  const megabytes = (name: string) => Math.round(Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]) / 1e6);
  return { residentMb: megabytes('process_resident_memory_bytes'), heapMb: megabytes('nodejs_heap_size_used_bytes') };
}

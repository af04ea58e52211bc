import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Dice } from './dice.ts';

/** What became of sockets that wanted nothing good. */
export interface Held {
  /** Of those, how many the server has ended. */
  ended(): number;
  /** How long the longest was let live, of those that ended, in ms. */
  longestMs(): number;
  /** Waits until the server has ended all, a minute at most. */
  allEnded(): Promise<void>;
  release(): void;
}

type Slow = (socket: Socket) => NodeJS.Timeout | undefined;

const HEAD = 'POST /feishu/events HTTP/1.1\r\nHost: x\r\n';

const drip = (socket: Socket, bytes: string, first: string) => {
  socket.write(first);
  return setInterval(() => socket.write(bytes), 500);
};

/** Three ways to keep a connection without being a burden to oneself. */
const SLOW: readonly Slow[] = [
  () => undefined,
  (socket) => drip(socket, 'X-A: b\r\n', HEAD),
  (socket) => drip(socket, 'a', `${HEAD}Content-Length: 100000\r\n\r\n{`),
];

interface Slowly {
  readonly socket: Socket;
  /** How long it lived, in ms. */
  readonly life: Promise<number>;
}

async function openSlowly(port: number, slow: Slow | undefined): Promise<Slowly> {
  const began = performance.now();
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  const life = new Promise<number>((resolve) => socket.once('close', () => resolve(performance.now() - began)));
  await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()));
  // What the server says must be read, or its end is never seen.
  socket.resume();
  const timer = slow?.(socket);
  socket.once('close', () => clearInterval(timer));
  return { socket, life };
}

/** More at once than the queue of new connections holds, and the system forgets some without a word. */
const AT_ONCE = 100;
const PATIENCE_MS = 60_000;

/** Opens so many sockets, a third each: silent, dripping headers, dripping a body. */
export async function holdSockets(port: number, count: number): Promise<Held> {
  const open: Slowly[] = [];
  const lives: number[] = [];
  while (open.length < count) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - open.length) }, (_, index) =>
      openSlowly(port, SLOW[index % SLOW.length]),
    );
    for (const each of await Promise.all(batch)) {
      open.push(each);
      void each.life.then((ms) => lives.push(ms));
    }
  }
  return {
    ended: () => lives.length,
    longestMs: () => Math.round(Math.max(0, ...lives)),
    allEnded: async () => {
      const patience = new AbortController();
      const limit = pause(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => {});
      await Promise.race([Promise.all(open.map(({ life }) => life)), limit]);
      patience.abort();
    },
    release: () => {
      for (const { socket } of open) socket.destroy();
    },
  };
}

const RAW: readonly [string, ...string[]] = [
  'GET / HTTP/9.9\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
  'TRACE /feishu/events HTTP/1.1\r\nHost: x\r\n\r\n',
  'POST /feishu/events\r\n\r\n',
  'POST http://[::/feishu/events HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}',
  'POST /%E0%A4%A HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}',
  'GET //feishu/events?%00 HTTP/1.1\r\nHost: x\r\n\r\n',
  `${HEAD}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}`,
  `${HEAD}Expect: miracles\r\nContent-Length: 2\r\n\r\n{}`,
  `${HEAD}Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\n{}`,
  `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x`,
  `${HEAD}Content-Length: -1\r\n\r\n{}`,
  `${HEAD}Content-Length: 99999999999999999999\r\n\r\n{}`,
  `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
  `${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  `${HEAD}X-A: ${'a'.repeat(70_000)}\r\n\r\n`,
  `${HEAD}${'X-A: b\r\n'.repeat(3_000)}\r\n`,
  `${HEAD}X Y: b\r\nX-B\u0000: c\r\n\r\n`,
  `${HEAD}Content-Length: 2\r\n\r\n{}`.repeat(500),
];

/** Bytes that are no HTTP, or nearly. Answers the status codes that came back, until the connection ended or fell silent. */
export function sendRaw(port: number, dice: Dice): Promise<number[]> {
  const bytes = Buffer.from(dice.pick(RAW), 'latin1');
  for (let flips = dice.whole(0, 4); flips > 0; flips -= 1) bytes[dice.whole(0, bytes.length)] = dice.whole(0, 256);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.setTimeout(15_000, () => socket.destroy());
    socket.on('data', (more) => {
      answer += more.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () =>
      resolve([...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status))),
    );
  });
}

import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Delivery } from '../delivery.ts';
import { fieldsOf, parsed, textIn } from '../json.ts';
import type { Pace } from '../options.ts';
import { decodeFrame, encodeFrame, type Frame } from './frames.ts';

/** One open connection of a client, as Feishu holds it. */
export interface Connection {
  /** One event; resolves when it is answered, when the time is up, or when the connection ends. It never throws. */
  deliver(bytes: Uint8Array, timeoutMs: number): Promise<Delivery>;
  /** From now on it neither hears nor says anything, and stays open. */
  silence(): void;
  /** `drop` destroys the socket without a word. */
  end(how: 'close' | 'drop'): void;
}

type Outcome = Pick<Delivery, 'status' | 'body' | 'error'>;

/** Larger events come in several frames. */
const fragmentBytes = 16 * 1024;
const protocolError = 1002;

export function openConnection(socket: WebSocket, pace: Pace, service: number): Connection {
  const waiting = new Map<string, (outcome: Outcome) => void>();
  let silent = false;
  const send = (frame: Omit<Frame, 'service'>) => {
    if (!silent) socket.send(encodeFrame({ ...frame, service }));
  };
  socket.on('message', (bytes: Buffer) => {
    if (silent) return;
    const frame = readFrame(bytes);
    if (!frame) return socket.close(protocolError);
    const { method, headers, payload } = frame;
    if (method === 'data') waiting.get(headers.message_id ?? '')?.(outcomeIn(payload));
    else if (headers.type === 'ping')
      send({ method, headers: { type: 'pong' }, payload: Buffer.from(JSON.stringify(clientConfig(pace))) });
  });
  socket.on('close', () => {
    for (const answer of waiting.values()) answer(unanswered('the connection ended'));
  });
  socket.on('error', () => socket.terminate());

  return {
    deliver: async (bytes, timeoutMs) => {
      const startedAt = performance.now();
      const messageId = randomUUID();
      const outcome = await new Promise<Outcome>((resolve) => {
        const timer = setTimeout(() => resolve(unanswered('no answer in time')), timeoutMs);
        waiting.set(messageId, (answer) => {
          clearTimeout(timer);
          resolve(answer);
        });
        for (const fragment of fragments(bytes, messageId)) send(fragment);
      });
      waiting.delete(messageId);
      return { ...outcome, ms: Math.round(performance.now() - startedAt) };
    },
    silence: () => {
      silent = true;
    },
    end: (how) => (how === 'close' ? socket.close(1000) : socket.terminate()),
  };
}

function readFrame(bytes: Uint8Array): Frame | undefined {
  try {
    return decodeFrame(bytes);
  } catch {
    return undefined;
  }
}

/** What a client is told to keep to: with its address, and again with every pong. */
export function clientConfig({ pingSeconds, reconnectSeconds, reconnectJitterSeconds, reconnectCount }: Pace): object {
  return {
    PingInterval: pingSeconds,
    ReconnectInterval: reconnectSeconds,
    ReconnectNonce: reconnectJitterSeconds,
    ReconnectCount: reconnectCount,
  };
}

function fragments(bytes: Uint8Array, messageId: string): Omit<Frame, 'service'>[] {
  const sum = Math.max(1, Math.ceil(bytes.length / fragmentBytes));
  return Array.from({ length: sum }, (_, seq) => ({
    method: 'data',
    headers: { type: 'event', message_id: messageId, trace_id: messageId, sum: String(sum), seq: String(seq) },
    payload: bytes.subarray(seq * fragmentBytes, (seq + 1) * fragmentBytes),
  }));
}

/** The answer to a card callback travels as base64 of JSON. */
function outcomeIn(payload: Uint8Array): Outcome {
  const { code, data } = fieldsOf(parsed(Buffer.from(payload).toString('utf8')));
  if (typeof code !== 'number') return unanswered('an answer without a code');
  return { status: code, body: Buffer.from(textIn(data) ?? '', 'base64').toString('utf8') };
}

const unanswered = (error: string): Outcome => ({ status: 0, body: '', error });

import type { EventDispatcher, HttpInstance } from '@larksuiteoapi/node-sdk';
import type { AppConfig } from '../config.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { type Receive, tellNotTaken } from '../receive.ts';
import { isObject } from './delivery.ts';
import { askForEndpoint } from './endpoint.ts';
import { lark } from './sdk.ts';

/**
 * No word from Feishu so long after a ping, and the connection is given up. Feishu has us ping every two minutes; the SDK
 * begins to count anew with each ping, so this must be shorter.
 */
const PONG_LIMIT_S = 5;
const HANDSHAKE_LIMIT_MS = 10_000;
const LOOK_MS = 1_000;

export interface Socket {
  connected(): boolean;
  /** Lets events in hand be answered, then closes. */
  close(): Promise<void>;
}

export interface SocketParts {
  readonly app: () => AppConfig;
  readonly receive: Receive;
  readonly metrics: Pick<Metrics, 'event' | 'api'>;
  readonly log: Log;
}

/**
 * Receives events over a connection that we open: the SDK's client with a dispatcher of ours. It connects when it can;
 * until then Feishu keeps the events. Feishu proves itself by TLS and we by the app secret when connecting, so there is
 * nothing to decrypt and no signature.
 */
export function openSocket({ app, log, ...parts }: SocketParts): Socket {
  const closing = new AbortController();
  const inHand = new Set<Promise<unknown>>();
  const take = createTake({ log, ...parts });
  const invoke = (payload: unknown) => {
    const taking = take(payload).finally(() => inHand.delete(taking));
    inHand.add(taking);
    return taking;
  };
  // The SDK makes one kind of request, to ask where to connect to; whatever it requests, that is what it gets.
  const request = () => askForEndpoint({ app, signal: closing.signal, observe: parts.metrics.api, log });
  const client = new lark.WSClient({
    appId: app().appId,
    appSecret: app().appSecret,
    httpInstance: { request } as unknown as HttpInstance,
    logger: complaintsOnly(log),
    handshakeTimeoutMs: HANDSHAKE_LIMIT_MS,
    wsConfig: { pingTimeout: PONG_LIMIT_S },
    onReady: () => log.info('connected to Feishu'),
    onReconnected: () => log.info('connected to Feishu again'),
    onReconnecting: () => log.warn('the connection to Feishu is lost; connecting again'),
    onError: (err) => log.warn({ err }, 'the SDK gave up connecting; it is told to go on'),
  });
  // Of a dispatcher the SDK uses `invoke` alone; its own one flattens header and event.
  const start = () => void client.start({ eventDispatcher: { invoke } as unknown as EventDispatcher });
  const state = () => client.getConnectionStatus().state;
  // The SDK gives up where Feishu limits the attempts, and does not see a connection end in the moment it is opened.
  const watch = setInterval(() => {
    if (state() === 'idle' || state() === 'failed') start();
  }, LOOK_MS);
  start();
  return {
    connected: () => state() === 'connected',
    close: async () => {
      closing.abort();
      clearInterval(watch);
      await Promise.allSettled(inHand);
      // The SDK sends its answers in the turn after.
      await new Promise((resolve) => setImmediate(resolve));
      client.close();
    },
  };
}

/**
 * What the SDK calls with each event. What it answers travels back in the event's own frame: nothing for most, toast and
 * card for a press. Where it throws, the SDK answers 500, and Feishu delivers the event again.
 */
function createTake({ receive, metrics, log }: Omit<SocketParts, 'app'>): (payload: unknown) => Promise<unknown> {
  return async (payload) => {
    const started = performance.now();
    const count = (kind: string, outcome: Parameters<Metrics['event']>[1]) =>
      metrics.event(kind, outcome, (performance.now() - started) / 1000);
    if (!isObject(payload)) {
      count('unknown', 'rejected_unreadable');
      throw new Error('the event is no JSON object');
    }
    try {
      const { kind, outcome, reply } = await receive(payload);
      count(kind, outcome);
      return reply;
    } catch (error) {
      tellNotTaken(error, log);
      count('unknown', 'unavailable');
      throw error;
    }
  };
}

const SILENT = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {}, trace: () => {} };

/** Passes on the first words of each complaint. What follows them quotes events, or addresses with tickets in them. */
const complaintsOnly = (log: Log) => ({
  ...SILENT,
  error: (said: unknown) => {
    const words = [said].flat().find((word) => word !== '[ws]');
    log.warn({ said: String(words).split(/[:,;]/)[0] }, 'the SDK complains about the long connection');
  },
});

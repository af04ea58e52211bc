import { once, setMaxListeners } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { botInfoApi, scopesApi, tokenApi } from './api/auth.ts';
import { startServiceApi } from './api/desk.ts';
import { endpointApi } from './api/endpoint.ts';
import { messageApis } from './api/messages.ts';
import { patchApi } from './api/patch.ts';
import { subscribeApi, ticketsApi } from './api/tickets.ts';
import { createControl } from './control.ts';
import { type Courier, createCourier } from './courier.ts';
import { createDirectory, type Restriction, type WrittenMessage } from './directory.ts';
import { createEvents, type Events } from './events.ts';
import { createFaults, type Fault, type SetFault } from './faults.ts';
import { type App, type Desk, environment, newId, type SimulatorOptions, settle } from './options.ts';
import {
  type ApiName,
  type Call,
  createRecording,
  type Delivered,
  type Recording,
  type Seen,
  type ShownMessage,
  type Ticket,
} from './record.ts';
import { createApiServer } from './server.ts';
import { createSocketDesk, type LongConnections } from './socket/connections.ts';
import { createTokens } from './tokens.ts';
import { type WaitOptions, waitUntil } from './wait.ts';

export type { Delivery, How } from './delivery.ts';
export type { Restriction } from './directory.ts';
export type { FeishuEvent } from './envelope.ts';
export type { Mention } from './event-messages.ts';
export type { Events } from './events.ts';
export type { Fault } from './faults.ts';
export type { LadderOptions } from './ladder.ts';
export { demoApp, demoDesk, type SimulatorOptions } from './options.ts';
export type { ApiName, Call, Delivered, MessageForm, Seen, ShownMessage, Ticket } from './record.ts';

/** Feishu as seen from outside. */
export interface Simulator extends Courier {
  readonly url: string;
  readonly port: number;
  readonly app: App;
  readonly desk: Desk;
  /** The environment a service needs to talk to this simulator. */
  readonly env: Readonly<Record<string, string>>;
  /** Where events go that are not subscribed to by long connection. Set it when the service listens. */
  webhook: string | undefined;
  readonly events: Events;
  readonly connections: LongConnections;

  /** Scripts a fault. Faults are used up in the order they were added. */
  fault(fault: Fault): SetFault;
  clearFaults(): void;
  /** From now on every token given out so far is refused with 99991663. */
  revokeTokens(): void;
  /** A new employee's open_id. */
  newPerson(): string;
  /** A new group's chat id. The bot is in it once a message from it was built or delivered. */
  newGroup(): string;
  /** For a person's open_id or a group's chat id. Replaces what was said before. */
  restrict(id: string, restriction: Restriction): void;
  /** From now on this message cannot be replied to (230011). */
  recall(messageId: string): void;
  /** Makes a message known which was neither built nor delivered here. */
  know(message: WrittenMessage): void;

  readonly calls: readonly Call[];
  readonly tickets: readonly Ticket[];
  readonly messages: readonly ShownMessage[];
  readonly deliveries: readonly Delivered[];
  callsTo(api: ApiName): Call[];
  /** What this person sees in private, or what stands in this group. */
  messagesTo(id: string): ShownMessage[];
  /** Resolves with the first truthy value; looks again whenever something changes. */
  waitFor<T>(look: (simulator: Simulator) => T, options?: WaitOptions): Promise<NonNullable<T>>;
  /** Hears of everything that is seen, until the returned function is called. */
  listen(listener: (seen: Seen) => void): () => void;
  /** Forgets calls, tickets, messages and deliveries. */
  clear(): void;
  /** Ends every socket and timer. What waits is rejected. */
  close(): Promise<void>;
}

const makers = [
  tokenApi,
  endpointApi,
  botInfoApi,
  scopesApi,
  startServiceApi,
  ticketsApi,
  subscribeApi,
  messageApis,
  patchApi,
];

/** Starts a simulated Feishu on 127.0.0.1. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = settle(options);
  const closing = new AbortController();
  // Every waiter listens.
  setMaxListeners(0, closing.signal);
  const parts = { settings, directory: createDirectory(settings.app.id), recording: createRecording() };
  const sockets = createSocketDesk({ ...parts, closed: closing.signal });
  const tenant = { ...parts, sockets, tokens: createTokens(settings.now) };
  const faults = createFaults(settings.seed);
  const control = settings.control ? { control: createControl(() => simulator) } : {};
  const apis = makers.flatMap((make) => make(tenant));
  const server = createApiServer({ tenant, apis, faults, closed: closing.signal, ...control });
  server.on('upgrade', sockets.upgrade);
  const port = await listening(server, settings.port);
  const url = `http://127.0.0.1:${port}`;

  const { directory, recording } = parts;
  const simulator: Simulator = {
    ...createCourier({ ...parts, sockets, webhook: () => simulator.webhook, closed: closing.signal }),
    ...readings(recording),
    url,
    port,
    app: settings.app,
    desk: settings.desk,
    env: environment(settings, url),
    webhook: options.webhook,
    events: createEvents(settings, directory),
    connections: sockets,
    fault: faults.add,
    clearFaults: faults.clear,
    revokeTokens: tenant.tokens.revokeAll,
    newPerson: () => newId('ou'),
    newGroup: () => newId('oc'),
    restrict: directory.restrict,
    recall: directory.recall,
    know: directory.know,
    waitFor: (look, wait = {}) => waitUntil(recording, () => look(simulator), wait, closing.signal),
    close: async () => {
      closing.abort();
      await closed(server);
    },
  };
  return simulator;
}

type Readings = 'calls' | 'tickets' | 'messages' | 'deliveries' | 'callsTo' | 'messagesTo' | 'listen' | 'clear';

function readings(recording: Recording): Pick<Simulator, Readings> {
  const { calls, tickets, messages, deliveries, listen, clear } = recording;
  return {
    calls,
    tickets,
    messages,
    deliveries,
    callsTo: (api) => calls.filter((call) => call.api === api),
    messagesTo: (id) => messages.filter(({ to }) => to === id),
    listen: (listener) => listen((seen) => seen && listener(seen)),
    clear,
  };
}

async function listening(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  const ended = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await ended;
}

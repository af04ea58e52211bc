import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, notFound } from './answer.ts';
import type { Api, ApiRequest, Tenant } from './api/api.ts';
import { consequence, type Fault, type Faults, prevents } from './faults.ts';
import { createGate } from './gate.ts';
import { fieldsOf, parsed } from './json.ts';
import { newLogId } from './log-id.ts';
import type { Call } from './record.ts';
import { readText } from './request-body.ts';

// Longer than any client keeps an idle connection, so that it is never the simulator who closes one under a request.
const keepAliveMs = 65_000;

type Outcome = Answer | 'drop' | 'hang';

interface Parts {
  readonly tenant: Tenant;
  readonly apis: readonly Api[];
  readonly faults: Faults;
  /** Ends what is still being waited for. */
  readonly closed: AbortSignal;
  /** Takes requests that are not for Feishu's API; true if it took it. */
  readonly control?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** Feishu's API over plain HTTP: route, fault, gate, latency, effect, answer; every request is recorded. */
export function createApiServer({ tenant, apis, faults, closed, control }: Parts): Server {
  const { settings } = tenant;
  const connectionOf = numberedConnections();
  const decide = createDecider(tenant, closed);

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = settings.now();
    const { api, request } = route(apis, incoming, await readText(incoming));
    const connection = connectionOf(incoming.socket);
    const about = api?.about?.(request) ?? {};
    const fault = api && faults.take(api.name, about);
    const scripted = fault !== undefined;
    const call = { ...describe(incoming, request, api), ...about, at, connection, scripted, logId: newLogId(at) };
    const end = opened(call, tenant);
    response.once('close', () => end('abandoned'));
    const outcome = api ? await decide(api, request, fault) : notFound;
    if (outcome === 'hang' || response.destroyed) return;
    if (outcome === 'drop') {
      end('dropped');
      incoming.socket.destroy();
    } else {
      end('answered', outcome);
      send(response, outcome, call.logId, settings.now());
    }
  };

  const server = createServer((incoming, response) => {
    if (control?.(incoming, response)) return;
    serve(incoming, response).catch((error) => {
      incoming.socket.destroy();
      // A body cut short and a closing simulator are to be expected; anything else is a mistake in here.
      if (incoming.complete && !closed.aborted) process.emitWarning(error);
    });
  });
  server.keepAliveTimeout = keepAliveMs;
  return server;
}

/** What becomes of a call: the fault scripted for it, a refusal, or the effect and its answer. */
function createDecider({ settings, ...tenant }: Tenant, closed: AbortSignal) {
  const gate = createGate({ settings, ...tenant });
  return async (api: Api, request: ApiRequest, fault: Fault | undefined): Promise<Outcome> => {
    const delayMs = settings.latencyMs + (fault?.delayMs ?? 0);
    const delay = async () => void (delayMs > 0 && (await pause(delayMs, undefined, { signal: closed })));
    const instead = fault && consequence(fault);
    if (fault && instead && prevents(fault)) return delay().then(() => instead);
    const accepted = gate(api, request) ?? api.accept(request);
    await delay();
    const answer = typeof accepted === 'function' ? accepted() : accepted;
    return instead ?? answer;
  };
}

function route(
  apis: readonly Api[],
  incoming: IncomingMessage,
  text: string,
): { api: Api | undefined; request: ApiRequest } {
  const { pathname, searchParams } = new URL(`http://simulator${incoming.url}`);
  const api = apis.find(({ method, path }) => method === incoming.method && path.test(pathname));
  const params = api?.path.exec(pathname)?.slice(1) ?? [];
  return { api, request: { params, query: searchParams, body: parsed(text) ?? text, headers: flat(incoming) } };
}

function describe(incoming: IncomingMessage, request: ApiRequest, api: Api | undefined) {
  return {
    api: api?.name ?? ('unknown' as const),
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: request.headers,
    body: request.body,
    outcome: 'pending' as Call['outcome'],
  };
}

/** Puts the call on record. Its end is the first of answer, drop and the caller's leaving. */
function opened(call: Call, { recording }: Tenant): (outcome: Call['outcome'], answer?: Answer) => void {
  const startedAt = performance.now();
  recording.calls.push(call);
  recording.touch();
  return (outcome, answer) => {
    if (call.outcome !== 'pending') return;
    call.outcome = outcome;
    call.ms = Math.round(performance.now() - startedAt);
    if (answer) call.status = answer.status;
    const code = fieldsOf(answer?.body).code;
    if (typeof code === 'number') call.code = code;
    recording.add({ kind: 'call', call });
  };
}

function send(response: ServerResponse, { status, body, headers }: Answer, logId: string, at: number): void {
  const raw = typeof body === 'string';
  const type = raw ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
  const date = new Date(at).toUTCString();
  response.writeHead(status, { date, 'content-type': type, 'x-tt-logid': logId, ...headers });
  response.end(raw ? body : JSON.stringify(body));
}

function flat({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]));
}

function numberedConnections(): (socket: Socket) => number {
  const numbers = new WeakMap<Socket, number>();
  let last = 0;
  return (socket) => {
    const number = numbers.get(socket) ?? ++last;
    numbers.set(socket, number);
    return number;
  };
}

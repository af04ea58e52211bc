import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';
import type { Simulator } from './index.ts';
import { type Fields, fieldsOf, parsed } from './json.ts';
import { apiNames } from './record.ts';
import { readText } from './request-body.ts';

type Reply = { readonly status: number; readonly body: unknown };
type Route = (simulator: Simulator, body: Fields) => Promise<Reply> | Reply;

const routes: Readonly<Record<string, Route>> = {
  'POST /simulator/message': (simulator, { person, text, group }) => {
    if (typeof person !== 'string' || typeof text !== 'string') return wrong('needs {"person":"ou_…","text":"…"}');
    const event = simulator.events.text({ person, text, ...(typeof group === 'string' && { group }) });
    return sendOff(simulator, event, { message_id: event.event.message.message_id });
  },
  'POST /simulator/menu': (simulator, { person, key }) => {
    if (typeof person !== 'string' || typeof key !== 'string') return wrong('needs {"person":"ou_…","key":"…"}');
    return sendOff(simulator, simulator.events.menu({ person, key }));
  },
  'POST /simulator/fault': (simulator, fault) => {
    if (!isFault(fault)) return wrong(`needs an "api": ${apiNames.join(', ')} or any`);
    simulator.fault(fault);
    return { status: 201, body: fault };
  },
  'DELETE /simulator/fault': (simulator) => {
    simulator.clearFaults();
    return { status: 200, body: {} };
  },
  'GET /simulator/record': ({ calls, tickets, messages, deliveries }) => ({
    status: 200,
    body: { calls, tickets, messages, deliveries },
  }),
  'DELETE /simulator/record': (simulator) => {
    simulator.clear();
    return { status: 200, body: {} };
  },
};

/** The control API for people and scripts, under `/simulator/`. Only JSON is taken, which a foreign web page cannot post. */
export function createControl(simulator: () => Simulator) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (!path.startsWith('/simulator/')) return false;
    answer(simulator(), `${request.method} ${path}`, request)
      .catch((error: unknown): Reply => wrong(error instanceof Error ? error.message : String(error)))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
        response.end(`${JSON.stringify(body, undefined, 2)}\n`);
      });
    return true;
  };
}

async function answer(simulator: Simulator, name: string, request: IncomingMessage): Promise<Reply> {
  const route = routes[name];
  if (!route) return { status: 404, body: { error: 'There are', routes: Object.keys(routes) } };
  if (request.method !== 'POST') return route(simulator, {});
  if (!request.headers['content-type']?.startsWith('application/json'))
    return wrong('needs content-type application/json');
  return route(simulator, await readJson(request));
}

/** Answers after the first attempt; the ladder goes on by itself. */
async function sendOff(
  simulator: Simulator,
  event: Parameters<Simulator['deliverWithRetries']>[0],
  ids: object = {},
): Promise<Reply> {
  const { event_id } = event.header;
  simulator.deliverWithRetries(event).catch(() => undefined);
  const first = await simulator.waitFor(({ deliveries }) => deliveries.find(({ eventId }) => eventId === event_id));
  return { status: 202, body: { event_id, ...ids, first_attempt: first.status } };
}

async function readJson(request: IncomingMessage): Promise<Fields> {
  return fieldsOf(parsed(await readText(request)));
}

/** Only the API is looked at: a script that sends nonsense beside it gets nonsense back. */
function isFault(fault: Fields): fault is Fields & Fault {
  return ['any', ...apiNames].includes(String(fault.api));
}

function wrong(error: string): Reply {
  return { status: 400, body: { error } };
}

import { type Answer, done, refuse } from '../answer.ts';
import { fieldsOf } from '../json.ts';
import type { Ticket } from '../record.ts';
import type { Api, ApiRequest, Tenant } from './api.ts';

/** Lists human tickets; what a service asks after a call whose end it did not see. */
export function ticketsApi({ settings: { desk }, recording }: Tenant): Api {
  const listed = ({ query }: ApiRequest) => {
    const found = recording.tickets.filter((ticket) => ticket.ticketId !== undefined && wanted(query, ticket));
    const page = Number(query.get('page') ?? 1);
    const size = Number(query.get('page_size') ?? 20);
    const shown = found.slice((page - 1) * size, page * size).map((ticket) => described(ticket, desk.id));
    return done({ data: { total: found.length, tickets: shown } });
  };
  return {
    name: 'tickets',
    method: 'GET',
    path: /^\/open-apis\/helpdesk\/v1\/tickets$/,
    needs: 'desk',
    scopes: ['helpdesk:all:readonly', 'helpdesk:all'],
    quota: 'tickets',
    about: ({ query }) => ({ person: query.get('guest_id') ?? undefined }),
    accept: (request) => listFault(request) ?? (() => listed(request)),
  };
}

function listFault({ query }: ApiRequest): Answer | undefined {
  const numbers = ['create_time_start', 'create_time_end', 'page', 'page_size'];
  const wrong = numbers.find((name) => query.has(name) && !/^\d+$/.test(query.get(name) ?? ''));
  if (wrong) return refuse(400, 154000, `invalid param: ${wrong}`);
  const bothOrNone = query.has('create_time_start') === query.has('create_time_end');
  if (!bothOrNone) return refuse(400, 154000, 'invalid param: create_time_start and create_time_end go together');
  return Number(query.get('page_size') ?? 1) > 200 ? refuse(400, 154000, 'invalid param: page_size') : undefined;
}

function wanted(query: URLSearchParams, { person, at, status }: Ticket): boolean {
  const statuses = query.getAll('status_list').flatMap((list) => list.split(','));
  return (
    (query.get('guest_id') ?? person) === person &&
    at >= Number(query.get('create_time_start') ?? 0) &&
    at <= Number(query.get('create_time_end') ?? Number.POSITIVE_INFINITY) &&
    (statuses.length === 0 || statuses.includes(String(status)))
  );
}

function described({ person, chatId, ticketId, at, status, agents }: Ticket, deskId: string): Record<string, unknown> {
  return {
    ticket_id: ticketId,
    helpdesk_id: deskId,
    guest: { id: person, name: 'demo guest' },
    stage: 2,
    status,
    created_at: at,
    updated_at: at,
    closed_at: -1,
    channel: 9,
    chat_id: chatId,
    agents: agents.map((id) => ({ id })),
  };
}

/** Asks for the desk's own events. It only says yes: what is delivered is up to the test. */
export function subscribeApi(): Api {
  return {
    name: 'subscribe',
    method: 'POST',
    path: /^\/open-apis\/helpdesk\/v1\/events\/subscribe$/,
    needs: 'desk',
    accept: ({ body }) =>
      Array.isArray(fieldsOf(body).events)
        ? () => done({ data: {} })
        : refuse(400, 154000, 'invalid param: events is required'),
  };
}

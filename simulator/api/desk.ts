import { randomInt } from 'node:crypto';
import { type Answer, done, refuse } from '../answer.ts';
import { type Fields, fieldsOf, isObject, textIn } from '../json.ts';
import { newId } from '../options.ts';
import type { Ticket } from '../record.ts';
import type { Api, Tenant } from './api.ts';

const startFields = new Set(['open_id', 'human_service', 'appointed_agents', 'customized_info']);
const customizedInfoLimit = 1024;

/** Opens a service chat. Not idempotent: every call opens another one, as the documentation promises nothing else. */
export function startServiceApi(tenant: Tenant): Api {
  return {
    name: 'start_service',
    method: 'POST',
    path: /^\/open-apis\/helpdesk\/v1\/start_service$/,
    needs: 'desk',
    scopes: ['helpdesk:helpdesk:access'],
    quota: 'start_service',
    about: ({ body }) => ({ person: textIn(fieldsOf(body).open_id) }),
    accept: ({ body }) => {
      const fault = startFault(body);
      if (fault) return refuse(400, 154000, `invalid param: ${fault}`);
      return accessRefusal(tenant, String(fieldsOf(body).open_id)) ?? (() => start(tenant, fieldsOf(body)));
    },
  };
}

/** What is wrong with the body of `start_service`, if anything. Lengths are counted in UTF-16 units, the strictest reading. */
function startFault(body: unknown): string | undefined {
  if (!isObject(body)) return 'the body is not an object';
  const { open_id, human_service, appointed_agents, customized_info } = body;
  const unknown = Object.keys(body).find((field) => !startFields.has(field));
  if (unknown !== undefined) return `unknown field ${unknown}`;
  if (typeof open_id !== 'string' || open_id === '') return 'open_id is required';
  if (human_service !== undefined && typeof human_service !== 'boolean') return 'human_service is not a boolean';
  if (appointed_agents !== undefined && !isListOfTexts(appointed_agents))
    return 'appointed_agents is not a list of ids';
  if (appointed_agents !== undefined && human_service !== true) return 'appointed_agents needs human_service';
  if (customized_info === undefined) return undefined;
  if (typeof customized_info !== 'string') return 'customized_info is not a string';
  return customized_info.length > customizedInfoLimit ? 'customized_info is longer than 1024' : undefined;
}

function accessRefusal({ directory }: Tenant, person: string): Answer | undefined {
  if (!person.startsWith('ou_')) return refuse(404, 154004, 'open_id not found');
  if (directory.restriction(person).deskAccess === false)
    return refuse(401, 154402, 'user has no access to this helpdesk');
  return undefined;
}

function start({ settings, recording }: Tenant, body: Fields): Answer {
  const ticket = openTicket(body, settings.now());
  recording.add({ kind: 'ticket', ticket });
  return done({ data: { chat_id: ticket.chatId, ...(ticket.ticketId && { ticket_id: ticket.ticketId }) } });
}

function openTicket(body: Fields, at: number): Ticket {
  const agents = isListOfTexts(body.appointed_agents) ? body.appointed_agents : [];
  const customizedInfo = textIn(body.customized_info);
  return {
    person: String(body.open_id),
    chatId: newId('oc'),
    ...(body.human_service === true && { ticketId: newTicketId() }),
    agents,
    ...(customizedInfo !== undefined && { customizedInfo }),
    at,
    status: 1,
  };
}

function newTicketId(): string {
  return `7${Array.from({ length: 18 }, () => randomInt(10)).join('')}`;
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');
}

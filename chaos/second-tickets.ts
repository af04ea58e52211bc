import type { Call, ShownMessage, Ticket } from '../simulator/index.ts';
import { groupedBy } from './groups.ts';
import type { Incident } from './incidents.ts';

/** Why a person has a ticket too many. */
export type Cause =
  | 'connection dropped after Feishu acted'
  | 'no answer within the limit'
  | 'refused, but done'
  | 'worker killed before the answer'
  | 'worker killed before the record'
  | 'store away during the call or before the record'
  | 'unknown';

export interface SecondTicket {
  readonly ticket: Ticket;
  readonly cause: Cause;
}

interface Seen {
  readonly tickets: readonly Ticket[];
  readonly calls: readonly Call[];
  readonly messages: readonly ShownMessage[];
  readonly incidents: readonly Incident[];
}

/** Our own limit for a call is 8 s; a call given up earlier was given up by death. */
const CALL_LIMIT_MS = 7_500;
/** From the answer to the chat being saved. */
const RECORD_MS = 3_000;
/** How far the clock readings for one moment lie apart. */
const CLOCK_MS = 100;
/** A store away for as long as a lock lasts lets another worker take the job. */
const LOCK_MS = 8_000;

/** All tickets but the one that was shown, for each person, by what became of the call that opened them. */
export function findSecondTickets({ tickets, calls, messages, incidents }: Seen): SecondTicket[] {
  const shown = new Set(messages.flatMap(({ links }) => links.map((link) => link.split('openChatId=')[1])));
  const callsOf = groupedBy(
    calls.filter(({ api }) => api === 'start_service'),
    ({ person }) => person,
  );
  return [...groupedBy(tickets, ({ person }) => person)].flatMap(([person, own]) => {
    const open = [...(callsOf.get(person) ?? [])];
    const opened = own.map((ticket) => ({ ticket, call: takeOpener(ticket, open) }));
    const kept = opened.find(({ ticket }) => shown.has(ticket.chatId)) ?? opened[0];
    return opened
      .filter((each) => each !== kept)
      .map(({ ticket, call }) => ({ ticket, cause: call ? causeOf(call, incidents) : 'unknown' }));
  });
}

/** The call that opened this ticket: one that ended with it, else one whose caller had left by then. */
function takeOpener(ticket: Ticket, open: Call[]): Call | undefined {
  const ended = open.findIndex((call) => call.outcome !== 'abandoned' && acted(call) && endsWith(call, ticket));
  const index = ended >= 0 ? ended : open.findIndex(({ at, outcome }) => outcome === 'abandoned' && at <= ticket.at);
  return index < 0 ? undefined : open.splice(index, 1)[0];
}

const acted = ({ outcome, code, scripted }: Call) => outcome === 'dropped' || code === 0 || scripted;

const endsWith = (call: Call, ticket: Ticket) => Math.abs(endOf(call) - ticket.at) < CLOCK_MS;

const endOf = ({ at, ms = 0 }: Call) => at + ms;

function causeOf(call: Call, incidents: readonly Incident[]): Cause {
  const { ms = 0, outcome, code } = call;
  if (outcome === 'dropped') return 'connection dropped after Feishu acted';
  if (outcome === 'abandoned')
    return ms < CALL_LIMIT_MS ? 'worker killed before the answer' : 'no answer within the limit';
  if (code !== 0) return 'refused, but done';
  const end = endOf(call);
  const killed = ({ what, from }: Incident) =>
    what.startsWith('kill') && from >= end - CLOCK_MS && from <= end + RECORD_MS;
  if (incidents.some(killed)) return 'worker killed before the record';
  const away = ({ what, from, to = end }: Incident) =>
    what.startsWith('outage') && from <= end + RECORD_MS && to >= call.at - LOCK_MS;
  return incidents.some(away) ? 'store away during the call or before the record' : 'unknown';
}

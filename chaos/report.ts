import type { Fault } from './audit.ts';
import type { Ask } from './crowd.ts';
import { groupedBy } from './groups.ts';
import type { Outcome } from './run.ts';

const STORIES = 3;

/** What the run did, what came of it, and whether that is as promised. */
export function figures({ options, evidence, incidents, audit, secondTickets, crew }: Outcome): [string, string][] {
  const { asks, deliveries, calls } = evidence;
  const faults = (kind: Fault['kind']) => String(audit.faults.filter((fault) => fault.kind === kind).length);
  const scripted = calls.filter(({ scripted }) => scripted).length;
  const causes = groupedBy(secondTickets, ({ cause }) => cause);
  return [
    ['store', options.store],
    ['seed', String(options.seed)],
    ['processes killed', String(crew.figures.kills)],
    ['processes told to stop', String(crew.figures.restarts)],
    ['outages of the store', String(incidents.filter(({ what }) => what.startsWith('outage')).length)],
    ['all connections ended', String(incidents.filter(({ what }) => what.startsWith('all long')).length)],
    ['connections made', String(calls.filter(({ api, code }) => api === 'endpoint' && code === 0).length)],
    ['calls to Feishu', `${calls.length}, ${scripted} of them went wrong`],
    ['people', String(new Set(asks.map(({ person }) => person)).size)],
    ['asks', String(asks.length)],
    ['deliveries', `${deliveries.length}, ${deliveries.filter(({ status }) => status !== 200).length} not taken`],
    ['asks acknowledged', String(audit.acknowledged)],
    ['links', String(audit.links)],
    ['apologies', String(audit.apologies)],
    ['notices', String(audit.notices)],
    ['lost', faults('lost')],
    ['doubled', faults('doubled')],
    ['strange', faults('strange')],
    ['misconduct of processes', String(crew.misconduct.length)],
    [
      'refusals for quota',
      `${audit.quotaRefusals.length} ${counted(audit.quotaRefusals.map(({ api }) => api))}`.trim(),
    ],
    ['second tickets', String(secondTickets.length)],
    ...[...causes].map(([cause, tickets]): [string, string] => [`  ${cause}`, String(tickets.length)]),
    ['ask to link, p50 / p99', `${seconds(audit.waits, 0.5)} / ${seconds(audit.waits, 0.99)}`],
  ];
}

/** Such as "(send 2, reply 1)". */
function counted(names: readonly string[]): string {
  const counts = [...groupedBy(names, (name) => name)].map(([name, all]) => `${name} ${all.length}`);
  return counts.length > 0 ? `(${counts.join(', ')})` : '';
}

export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}

/** Whether everything was as promised. Second tickets are counted and explained, not judged. */
export function isSound({ audit, crew, evidence }: Outcome): boolean {
  return audit.faults.length === 0 && crew.misconduct.length === 0 && audit.acknowledged === evidence.asks.length;
}

/** What happened to the first asks that were not answered as they should have been, from all that was seen. */
export function complaints(outcome: Outcome): string {
  const { audit, crew, evidence, secondTickets } = outcome;
  const odd = secondTickets.filter(({ cause }) => cause === 'unknown').slice(0, STORIES);
  const personOf = (name: string) => evidence.asks.filter(({ person }) => person === name).slice(0, 1);
  return [
    ...crew.misconduct.map((what) => `MISCONDUCT  ${what}`),
    ...audit.faults
      .slice(0, STORIES)
      .flatMap(({ kind, what, asks }) => [`${kind.toUpperCase()}  ${what}`, ...asks.slice(0, 2).map(tell(outcome))]),
    ...odd.flatMap(({ ticket }) => [
      'SECOND TICKET, and nobody knows why',
      ...personOf(ticket.person).map(tell(outcome)),
    ]),
  ].join('\n\n');
}

/** One ask's story: all that concerns its event or its person, in order, with what was broken meanwhile. */
const tell =
  ({ evidence, incidents, crew }: Outcome) =>
  ({ eventId, person, at, source, messageId }: Ask): string => {
    const last =
      Math.max(at, ...evidence.calls.filter((call) => call.person === person).map((call) => call.at)) + 20_000;
    const lines: [number, string][] = [
      [at, `asks (${source}), event ${eventId}, message ${messageId ?? '-'}, person ${person}`],
      ...evidence.deliveries
        .filter((one) => one.eventId === eventId)
        .map((one): [number, string] => [one.at, `delivery ${one.attempt}: ${one.status} in ${one.ms} ms`]),
      ...evidence.calls
        .filter((call) => call.person === person)
        .map((call): [number, string] => [
          call.at,
          `${call.api} ${call.outcome} ${call.status ?? '-'} ${call.code ?? '-'} in ${call.ms ?? '-'} ms ${call.uuid ?? ''}${call.scripted ? ' (fault)' : ''}`,
        ]),
      ...evidence.tickets
        .filter((ticket) => ticket.person === person)
        .map((ticket): [number, string] => [ticket.at, `ticket opened: ${ticket.chatId}`]),
      ...evidence.messages
        .filter(({ to }) => to === person)
        .map((message): [number, string] => [message.at, `sees ${message.links[0] ?? message.text.slice(0, 60)}`]),
      ...incidents
        .filter(({ from, to = from }) => to > at && from < last)
        .map(({ what, from, to }): [number, string] => [from, `* ${what}, over after ${(to ?? from) - from} ms`]),
      ...crew
        .log()
        .filter((line) => line.eventId === eventId)
        .map((line): [number, string] => [Date.parse(String(line.time)), `log: ${line.msg} ${brief(line)}`]),
    ];
    return lines
      .sort(([one], [other]) => one - other)
      .map(([when, what]) => `  ${((when - at) / 1000).toFixed(3).padStart(8)} s  ${what}`)
      .join('\n');
  };

const brief = ({ outcome, why, afterMs, jobId }: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ outcome, why, afterMs, jobId });

function seconds(sorted: readonly number[], share: number): string {
  const value = [...sorted].sort((one, other) => one - other)[Math.floor(sorted.length * share)];
  return value === undefined ? '-' : `${(value / 1000).toFixed(1)} s`;
}

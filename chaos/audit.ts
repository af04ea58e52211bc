import type { Call, Delivered, ShownMessage, Ticket } from '../simulator/index.ts';
import type { Ask } from './crowd.ts';
import { groupedBy } from './groups.ts';

/** What Feishu saw. */
export interface Evidence {
  readonly asks: readonly Ask[];
  readonly deliveries: readonly Delivered[];
  readonly messages: readonly ShownMessage[];
  readonly tickets: readonly Ticket[];
  readonly calls: readonly Call[];
  /** The only link an apology carries. */
  readonly deskLink: string;
}

/** Something that should not be, and the asks concerned. */
export interface Fault {
  readonly kind: 'lost' | 'doubled' | 'strange';
  readonly what: string;
  readonly asks: readonly Ask[];
}

export interface Audit {
  readonly acknowledged: number;
  readonly links: number;
  readonly apologies: number;
  /** "We keep trying", and the short note in a group. */
  readonly notices: number;
  readonly faults: readonly Fault[];
  /** From the first delivery of an ask to its link, in ms, shortest first. */
  readonly waits: readonly number[];
  /** Calls that Feishu refused because the quota was full; scripted refusals are not among them. */
  readonly quotaRefusals: readonly Call[];
}

/** Every ask that got a 200 has exactly one answer: a link or an apology. */
export function audit(evidence: Evidence): Audit {
  const { asks, messages, calls, deskLink } = evidence;
  const acknowledged = acknowledgedIn(evidence);
  const kinds = new Map(messages.map((message) => [message, kindOf(message, deskLink)]));
  const answers = messages.filter((message) => kinds.get(message) !== 'notice');
  const count = (kind: AnswerKind) => messages.filter((message) => kinds.get(message) === kind).length;
  const byPerson = groupedBy(answers, ({ to }) => to);
  const rows = [...conversations(asks)].map((group) => ({ group, answers: answersTo(group, byPerson) }));
  const links = answers.filter((message) => kinds.get(message) === 'link');
  return {
    acknowledged: acknowledged.size,
    links: count('link'),
    apologies: count('apology'),
    notices: count('notice'),
    faults: [
      ...rows.flatMap((row) => countFaults(row, acknowledged)),
      ...misledLinks(evidence, links),
      ...repeatedNotices(
        asks,
        messages.filter((message) => kinds.get(message) === 'notice'),
      ),
    ],
    waits: rows.flatMap(({ group, answers: given }) =>
      waitsOf(
        group,
        given.filter((one) => kinds.get(one) === 'link'),
      ),
    ),
    quotaRefusals: calls.filter(({ scripted, code }) => !scripted && (code === 99991400 || code === 230020)),
  };
}

type AnswerKind = 'link' | 'apology' | 'notice';

function kindOf({ links }: ShownMessage, deskLink: string): AnswerKind {
  const [link] = links;
  if (link === undefined) return 'notice';
  return link === deskLink ? 'apology' : 'link';
}

function acknowledgedIn({ asks, deliveries }: Evidence): Set<Ask> {
  const good = new Set(deliveries.filter(({ status }) => status === 200).map(({ eventId }) => eventId));
  return new Set(asks.filter(({ eventId }) => good.has(eventId)));
}

/**
 * Asks whose answers can be told apart from all others. A private message is answered under it; what somebody asked by
 * menu or in a group is answered by new messages to them, which are counted together.
 */
function conversations(asks: readonly Ask[]): Iterable<readonly Ask[]> {
  return groupedBy(asks, ({ source, eventId, person }) => (source === 'private' ? eventId : person)).values();
}

function answersTo(
  [first]: readonly Ask[],
  byPerson: ReadonlyMap<string, readonly ShownMessage[]>,
): readonly ShownMessage[] {
  if (!first) return [];
  const replyTo = first.source === 'private' ? first.messageId : undefined;
  return (byPerson.get(first.person) ?? []).filter((message) => message.replyTo === replyTo);
}

interface Row {
  readonly group: readonly Ask[];
  readonly answers: readonly ShownMessage[];
}

/** An ask that was never acknowledged may have been taken all the same: it may have an answer, but not two. */
function countFaults({ group, answers }: Row, acknowledged: ReadonlySet<Ask>): Fault[] {
  const due = group.filter((ask) => acknowledged.has(ask));
  const what = `${answers.length} answers to ${due.length} acknowledged asks`;
  if (answers.length < due.length) return [{ kind: 'lost', what, asks: due }];
  return answers.length > group.length ? [{ kind: 'doubled', what, asks: group }] : [];
}

/** A link leads to a chat of the person who reads it, and stands in no group. */
function misledLinks({ asks, tickets }: Evidence, links: readonly ShownMessage[]): Fault[] {
  const owners = new Map(tickets.map(({ chatId, person }) => [chatId, person]));
  const misled = links.filter(({ to, links: [link = ''] }) => owners.get(link.split('openChatId=')[1] ?? '') !== to);
  return misled.map(({ to, links: [link] }) => ({
    kind: 'strange',
    what: `${to} was shown ${link}, which is not their chat`,
    asks: asks.filter(({ person, group }) => to === person || to === group),
  }));
}

/** "We keep trying" is said once for an ask at most, and so is the note in a group. */
function repeatedNotices(asks: readonly Ask[], notices: readonly ShownMessage[]): Fault[] {
  const places = groupedBy(notices, ({ to, replyTo }) => `${to} ${replyTo ?? ''}`);
  return [...places.values()].flatMap((said) => {
    const [first] = said;
    const concerned = asks.filter(({ person, group, messageId }) =>
      first?.replyTo === undefined
        ? person === first?.to
        : messageId === first.replyTo && [person, group].includes(first.to),
    );
    const what = `${said.length} notices for ${concerned.length} asks`;
    return said.length > concerned.length ? [{ kind: 'doubled' as const, what, asks: concerned }] : [];
  });
}

/** The first answer is taken for the first ask, and so on. */
function waitsOf(group: readonly Ask[], links: readonly ShownMessage[]): number[] {
  return links.flatMap(({ at }, index) => (group[index] ? [at - group[index].at] : []));
}

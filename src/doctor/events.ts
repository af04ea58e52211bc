import type { Config } from '../config.ts';
import type { RejectReason } from '../feishu/delivery.ts';
import type { Ledger } from '../ledger.ts';
import type { Sight } from '../sightings.ts';
import { type Finding, PLACE_OF, PLACES, unknown, well, wrong } from './finding.ts';

type Seen = Pick<Ledger, 'lastSeen'>;

/** Feishu's event types by the names they have in our metrics; what is read as news of people. */
const KINDS = {
  message: 'message',
  menu: 'menu click',
  press: 'press on a card',
  entered: 'opening of the chat',
} as const;

/** Which variable a refusal speaks of. */
const REFUSED_FOR: Readonly<Record<RejectReason, { says: string; variable?: string; mend?: string }>> = {
  signature: { says: 'their signature', variable: 'FEISHU_ENCRYPT_KEY' },
  unreadable: { says: 'what could not be decrypted', variable: 'FEISHU_ENCRYPT_KEY' },
  plain: { says: 'not being encrypted: the console has no Encrypt Key', variable: 'FEISHU_ENCRYPT_KEY' },
  token: { says: 'their verification token', variable: 'FEISHU_VERIFICATION_TOKEN' },
  app: { says: 'being for another app', variable: 'FEISHU_APP_ID' },
  stale: { says: 'their time, more than a day off', mend: 'set this machine by NTP' },
  size: { says: 'their size' },
};

/** What came in the last day, as the service noted it. */
export async function examineEvents(seen: Seen | undefined, { socket }: Pick<Config, 'socket'>): Promise<Finding> {
  const times = await read(seen, Object.keys(KINDS), (kind) => `event:${kind}`);
  const refusals = await read(seen, Object.keys(REFUSED_FOR), (reason) => `rejected_${reason}`);
  if (!times || !refusals) return unknown('events', 'the queue, where they are noted, could not be asked');
  const came = newestFirst(times, KINDS);
  const [refused] = newestFirst(refusals, REFUSED_FOR);
  const lasts = `last ${came.map(({ what, at }) => `${what} ${ago(at)}`).join(', ')}`;
  if (refused && refused.at > (came[0]?.at ?? 0)) {
    const { says, variable, mend = variable && PLACE_OF[variable] } = refused.what;
    const cure = { ...(variable && { variable }), ...(mend && { mend }) };
    if (came.length > 0) return unknown('events', `${lasts}; since then deliveries were refused for ${says}`, cure);
    return wrong('events', `none was taken in the last day, and deliveries were refused for ${says}`, cure);
  }
  if (came.length > 0) return well('events', lasts);
  const places = `${PLACES.events}: ${socket ? '长连接 (long connection)' : 'the request URL …/feishu/events'}`;
  return unknown('events', 'none in the last day: nobody wrote, or they do not arrive', {
    mend: `${places}, subscriptions, published version; ${PLACES.eventLog}`,
  });
}

type Times = Readonly<Record<string, number | undefined>>;

/** What was seen, with what is known of it. */
const newestFirst = <T>(
  times: Times,
  known: Readonly<Record<string, T>>,
): { readonly what: T; readonly at: number }[] =>
  Object.entries(known)
    .map(([name, what]) => ({ what, at: times[name] ?? 0 }))
    .filter(({ at }) => at > 0)
    .sort((a, b) => b.at - a.at);

/** Feishu tells no app its menu; clicks tell of it. */
export async function examineMenu(seen: Seen | undefined, { menuKeys }: Pick<Config, 'menuKeys'>): Promise<Finding> {
  const keys = menuKeys.join(', ') || 'none';
  const cure = { variable: 'FEISHU_HANDOFF_MENU_KEYS', mend: `${PLACES.menu}: action 推送事件 (push event)` };
  const times = await read(seen, ['wanted', 'unknown'], (kind) => `menu:${kind === 'wanted' ? kind : 'unknown'}`);
  const { wanted = 0, unknown: strange = 0 } = times ?? {};
  if (strange > wanted)
    return wrong(
      'menu keys',
      `the last click, ${ago(strange)}, had none of our keys (${keys}); the log names its own`,
      cure,
    );
  if (wanted > 0) return well('menu keys', `a click that asks for a human came ${ago(wanted)} (${keys})`);
  return unknown('menu keys', `no click in the last day; compare the menu with ${keys}`, cure);
}

async function read(
  seen: Seen | undefined,
  names: readonly string[],
  sightOf: (name: string) => Sight,
): Promise<Times | undefined> {
  if (!seen) return undefined;
  try {
    const entries = await Promise.all(names.map(async (name) => [name, await seen.lastSeen(sightOf(name))] as const));
    return Object.fromEntries(entries);
  } catch {
    return undefined;
  }
}

function ago(at: number): string {
  const minutes = Math.round((Date.now() - at) / 60_000);
  if (minutes < 1) return 'just now';
  return minutes < 120 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
}

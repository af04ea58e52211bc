import type { Config } from '../config.ts';
import type { RejectReason } from '../feishu/delivery.ts';
import type { Ledger } from '../ledger.ts';
import type { Sight } from '../sightings.ts';
import { type Finding, PLACE_OF, PLACES, unknown, well, wrong } from './finding.ts';

type Seen = Pick<Ledger, 'lastSeen'>;

/** Feishu's event types by the names they have in our metrics; what is read as news of people. */
const KINDS = { message: 'message', menu: 'menu click', press: 'press on a card' } as const;

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
  if (!times) return unknown('events', 'the queue, where they are noted, could not be asked');
  const came = Object.entries(KINDS).flatMap(([kind, name]) => (times[kind] ? [`${name} ${ago(times[kind])}`] : []));
  if (came.length > 0) return well('events', `last ${came.join(', ')}`);
  const refused = (await read(seen, Object.keys(REFUSED_FOR), (reason) => `rejected_${reason}`)) ?? {};
  const [reason] = Object.entries(REFUSED_FOR).filter(([name]) => refused[name]);
  if (reason) {
    const [, { says, variable, mend = variable && PLACE_OF[variable] }] = reason;
    const cure = { ...(variable && { variable }), ...(mend && { mend }) };
    return wrong('events', `none was taken in the last day, and deliveries were refused for ${says}`, cure);
  }
  const places = `${PLACES.events}: ${socket ? '长连接 (long connection)' : 'the request URL …/feishu/events'}`;
  return unknown('events', 'none in the last day: nobody wrote, or they do not arrive', {
    mend: `${places}, subscriptions, published version; ${PLACES.eventLog}`,
  });
}

/** Feishu tells no app its menu; clicks tell of it. */
export async function examineMenu(seen: Seen | undefined, { menuKeys }: Pick<Config, 'menuKeys'>): Promise<Finding> {
  const keys = menuKeys.join(', ') || 'none';
  const cure = { variable: 'FEISHU_HANDOFF_MENU_KEYS', mend: `${PLACES.menu}: action 推送事件 (push event)` };
  const times = await read(seen, ['wanted', 'unknown'], (kind) => `menu:${kind === 'wanted' ? kind : 'unknown'}`);
  if (times?.wanted) return well('menu keys', `a click that asks for a human came ${ago(times.wanted)} (${keys})`);
  if (times?.unknown)
    return wrong('menu keys', `clicks came, but none with a key that asks for a human (${keys})`, cure);
  return unknown('menu keys', `no click in the last day; compare the menu with ${keys}`, cure);
}

async function read(
  seen: Seen | undefined,
  names: readonly string[],
  sightOf: (name: string) => Sight,
): Promise<Readonly<Record<string, number | undefined>> | undefined> {
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

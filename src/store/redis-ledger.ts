import type { ServiceChat } from '../bot.ts';
import { chatEntry, jobEntry, KNOWN_AFTER_END_MS, type Ledger, PLACES, readChat, readClaim } from '../ledger.ts';
import { StoreUnavailable } from './contract.ts';
import type { RedisConnection } from './redis-connection.ts';

/** A person is a hash: who has them, and up to which ask a chat does (none: its link is not sent yet). */
const CLAIM = `
local entry, ends = unpack(redis.call('HMGET', KEYS[1], 'entry', 'ends'))
local over = ends and tonumber(ARGV[2]) > tonumber(ends)
if entry and entry ~= ARGV[1] and not over then return entry end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'entry', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return ARGV[1]`;

const KEEP = `
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'entry', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

const END_AT = `
if redis.call('HGET', KEYS[1], 'entry') ~= ARGV[1] then return end
redis.call('HSET', KEYS[1], 'ends', ARGV[2])
redis.call('PEXPIREAT', KEYS[1], ARGV[3])`;

const RELEASE = `
if redis.call('HGET', KEYS[1], 'entry') == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

const GET = `return redis.call('GET', KEYS[1])`;

const SET = `redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])`;

/**
 * Each quota has a list of its latest moments, newest first, and a moment before which nobody may take one.
 * KEYS: list and pause of each quota in turn. ARGV: how far ahead, the moment that this one replaces, then calls, window and
 * spacing of each.
 */
const RESERVE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local moment = now
for i = 1, #KEYS / 2 do
  local list, pause = KEYS[2 * i - 1], KEYS[2 * i]
  local calls, window, spacing = ARGV[3 * i], ARGV[3 * i + 1], ARGV[3 * i + 2]
  local last = tonumber(redis.call('LINDEX', list, 0) or 0)
  local oldest = tonumber(redis.call('LINDEX', list, calls - 1) or 0)
  if ARGV[2] ~= '' and tonumber(ARGV[2]) >= oldest then oldest = -window end
  local free = math.max(now, last + spacing, oldest + window, tonumber(redis.call('GET', pause) or 0))
  if i == 1 then moment = free end
  if free > moment or free - now > tonumber(ARGV[1]) then return { 0, math.ceil(free - now), '' } end
end
local taken = string.format('%.3f', moment)
for i = 1, #KEYS / 2 do
  local calls, window = ARGV[3 * i], ARGV[3 * i + 1]
  if ARGV[2] ~= '' then redis.call('LREM', KEYS[2 * i - 1], 1, ARGV[2]) end
  redis.call('LPUSH', KEYS[2 * i - 1], taken)
  redis.call('LTRIM', KEYS[2 * i - 1], 0, calls - 1)
  redis.call('PEXPIRE', KEYS[2 * i - 1], math.ceil(window + moment - now))
end
return { 1, math.ceil(moment - now), taken }`;

const PAUSE = `
local time = redis.call('TIME')
local before = math.floor(time[1] * 1000 + time[2] / 1000 + ARGV[1])
if before > tonumber(redis.call('GET', KEYS[1]) or 0) then redis.call('SET', KEYS[1], before, 'PX', ARGV[1]) end`;

const PLACE = `
local place = redis.call('HGET', KEYS[1], ARGV[1])
if place then return tonumber(place) end
place = redis.call('HLEN', KEYS[1]) + 1
if place <= tonumber(ARGV[3]) then redis.call('HSET', KEYS[1], ARGV[1], place) end
if place == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return place`;

const SERVED = `
local entry, ends = unpack(redis.call('HMGET', KEYS[1], 'entry', 'ends'))
if entry and not (ends and tonumber(ARGV[1]) > tonumber(ends)) then return 1 end
return 0`;

/** The ledger in Redis: each change is one script, so that nobody comes in between. */
export function createRedisLedger(redis: RedisConnection, prefix: string): Ledger {
  const ask = async (script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> => {
    try {
      return await redis.eval(script, keys.length, ...keys, ...args);
    } catch (error) {
      throw new StoreUnavailable(error);
    }
  };
  const personKey = (person: string) => `${prefix}:person:${person}`;
  const noteKey = (person: string) => `${prefix}:noted:${person}`;
  const placesKey = (deed: string) => `${prefix}:places:${deed}`;
  const seenKey = (what: string) => `${prefix}:seen:${what}`;
  const quotaKeys = (name: string) => [`${prefix}:quota:${name}`, `${prefix}:pause:${name}`];
  return {
    claim: async (person, jobId, askedAt, ms) =>
      readClaim(String(await ask(CLAIM, [personKey(person)], [jobEntry(jobId), askedAt, ms])), jobId),
    keep: async (person, chat, ms) => void (await ask(KEEP, [personKey(person)], [chatEntry(chat), ms])),
    endAt: async (person, chat, end) =>
      void (await ask(END_AT, [personKey(person)], [chatEntry(chat), end, Math.ceil(end) + KNOWN_AFTER_END_MS])),
    kept: async (person) => {
      const entry = await ask(`return redis.call('HGET', KEYS[1], 'entry')`, [personKey(person)], []);
      return typeof entry === 'string' ? readChat(entry) : undefined;
    },
    release: async (person, jobId) => void (await ask(RELEASE, [personKey(person)], [jobEntry(jobId)])),
    note: async (person, chat, ms) => void (await ask(SET, [noteKey(person)], [JSON.stringify(chat), Math.ceil(ms)])),
    noted: async (person) => {
      const entry = await ask(GET, [noteKey(person)], []);
      return typeof entry === 'string' ? (JSON.parse(entry) as ServiceChat) : undefined;
    },
    reserve: async (quotas, aheadMs, missed = '') => {
      const keys = quotas.flatMap(({ name }) => quotaKeys(name));
      const limits = quotas.flatMap(({ calls, windowMs, spacingMs }) => [calls, windowMs, spacingMs]);
      const reserved = await ask(RESERVE, keys, [aheadMs, missed, ...limits]);
      const [taken, inMs, moment] = reserved as [number, number, string];
      return { taken: taken === 1, inMs, moment };
    },
    pause: async ({ name }, ms) => void (await ask(PAUSE, quotaKeys(name).slice(1), [Math.ceil(ms)])),
    paused: async ({ name }) =>
      Math.max(0, Number(await ask(`return redis.call('PTTL', KEYS[1])`, quotaKeys(name).slice(1), []))),
    see: async (what, ms) => void (await ask(SET, [seenKey(what)], [Date.now(), Math.ceil(ms)])),
    lastSeen: async (what) => {
      const at = await ask(GET, [seenKey(what)], []);
      return typeof at === 'string' ? Number(at) : undefined;
    },
    first: async (deed, ms) =>
      (await ask(
        `return redis.call('SET', KEYS[1], '', 'NX', 'PX', ARGV[1])`,
        [`${prefix}:deed:${deed}`],
        [Math.ceil(ms)],
      )) !== null,
    placeOf: async (deed, by, ms) => Number(await ask(PLACE, [placesKey(deed)], [by, Math.ceil(ms), PLACES])),
    forget: async (deed) => void (await ask(`return redis.call('DEL', KEYS[1])`, [placesKey(deed)], [])),
    served: async (person) => (await ask(SERVED, [personKey(person)], [Date.now()])) === 1,
  };
}

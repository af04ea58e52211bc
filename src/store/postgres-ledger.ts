import type pg from 'pg';
import type { ServiceChat } from '../bot.ts';
import { chatEntry, jobEntry, KNOWN_AFTER_END_MS, type Ledger, PLACES, readChat, readClaim } from '../ledger.ts';
import { StoreUnavailable } from './contract.ts';

/**
 * Made in the app's own schema, which is the search path of every connection. Milliseconds are kept as numbers, by
 * the server's clock. A quota's moments are a ring: number n stands at n modulo `calls`, over the one it frees. A moment
 * that takes the place of a missed one stands out of order there: whoever comes to it waits a little longer than need be.
 * Older releases call `ledger_reserve` without `missed`; theirs stays beside this one.
 */
export const LEDGER_TABLES = `
CREATE TABLE IF NOT EXISTS ledger (key text PRIMARY KEY, entry text NOT NULL, ends float8, until timestamptz NOT NULL);
CREATE TABLE IF NOT EXISTS quota (name text PRIMARY KEY, taken bigint NOT NULL, last float8 NOT NULL, paused float8 NOT NULL);
CREATE TABLE IF NOT EXISTS quota_moment (
  name text REFERENCES quota ON DELETE CASCADE, place int, at float8 NOT NULL, PRIMARY KEY (name, place));
CREATE OR REPLACE FUNCTION ledger_now() RETURNS float8 LANGUAGE sql AS
  $$ SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 $$;
CREATE OR REPLACE FUNCTION ledger_reserve(
  names text[], calls int[], windows float8[], spacings float8[], ahead float8, missed float8,
  OUT taken boolean, OUT in_ms float8, OUT moment float8)
LANGUAGE plpgsql AS $$
DECLARE
  at_once float8; free float8; oldest float8; q quota;
BEGIN
  -- A reservation that a crash of the server forgets does no harm, and waiting for the disk would.
  PERFORM set_config('synchronous_commit', 'off', true);
  FOR i IN 1 .. cardinality(names) LOOP
    INSERT INTO quota VALUES (names[i], 0, 0, 0) ON CONFLICT DO NOTHING;
    SELECT * INTO q FROM quota WHERE name = names[i] FOR UPDATE;
    SELECT at INTO oldest FROM quota_moment WHERE name = names[i] AND place = q.taken % calls[i];
    at_once := coalesce(at_once, ledger_now());
    IF EXISTS (SELECT FROM quota_moment WHERE name = names[i] AND at = missed) THEN oldest := -windows[i]; END IF;
    free := greatest(at_once, q.last + spacings[i], coalesce(oldest, 0) + windows[i], q.paused);
    IF i = 1 THEN moment := free; END IF;
    IF free > moment OR free - at_once > ahead THEN
      taken := false; in_ms := ceil(free - at_once); RETURN;
    END IF;
  END LOOP;
  FOR i IN 1 .. cardinality(names) LOOP
    UPDATE quota_moment SET at = moment WHERE name = names[i] AND at = missed;
    IF FOUND THEN
      UPDATE quota SET last = moment WHERE name = names[i];
      CONTINUE;
    END IF;
    UPDATE quota AS held SET taken = held.taken + 1, last = moment WHERE name = names[i] RETURNING * INTO q;
    INSERT INTO quota_moment VALUES (names[i], (q.taken - 1) % calls[i], moment)
      ON CONFLICT (name, place) DO UPDATE SET at = EXCLUDED.at;
  END LOOP;
  taken := true; in_ms := ceil(moment - at_once);
END $$;`;

/** One statement: take the free, the lapsed, the ended or our own entry, else say who has it. */
const CLAIM = `
WITH mine AS (
  INSERT INTO ledger AS held (key, entry, until) VALUES ($1, $2, now() + $4 * interval '1 ms')
  ON CONFLICT (key) DO UPDATE SET entry = EXCLUDED.entry, ends = NULL, until = EXCLUDED.until
  WHERE held.until < now() OR held.entry = EXCLUDED.entry OR held.ends < $3
  RETURNING entry)
SELECT entry FROM mine
UNION ALL SELECT entry FROM ledger WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM mine)`;

const KEEP = `
INSERT INTO ledger (key, entry, until) VALUES ($1, $2, now() + $3 * interval '1 ms')
ON CONFLICT (key) DO UPDATE SET entry = EXCLUDED.entry, ends = NULL, until = EXCLUDED.until`;

const END_AT = `
UPDATE ledger SET ends = $3::float8, until = to_timestamp(($3::float8 + $4::float8) / 1000) WHERE key = $1 AND entry = $2`;

const FIRST = `
INSERT INTO ledger AS held (key, entry, until) VALUES ($1, '', now() + $2 * interval '1 ms')
ON CONFLICT (key) DO UPDATE SET until = EXCLUDED.until WHERE held.until < now() RETURNING key`;

/** The row of those who did it, in one entry, with a space between them. */
const PLACE = `
INSERT INTO ledger AS held (key, entry, until) VALUES ($1, $2, now() + $3 * interval '1 ms')
ON CONFLICT (key) DO UPDATE SET
  entry = CASE
    WHEN held.until < now() THEN EXCLUDED.entry
    WHEN EXCLUDED.entry = ANY (string_to_array(held.entry, ' ')) THEN held.entry
    WHEN cardinality(string_to_array(held.entry, ' ')) >= $4 THEN held.entry
    ELSE held.entry || ' ' || EXCLUDED.entry END,
  until = CASE WHEN held.until < now() THEN EXCLUDED.until ELSE held.until END
RETURNING coalesce(array_position(string_to_array(entry, ' '), $2), $4 + 1) AS place`;

const SERVED = `SELECT 1 FROM ledger WHERE key = $1 AND until >= now() AND (ends IS NULL OR ends >= $2)`;

const PAUSE = `
INSERT INTO quota AS held VALUES ($1, 0, 0, ledger_now() + $2)
ON CONFLICT (name) DO UPDATE SET paused = greatest(held.paused, EXCLUDED.paused)`;

const PAUSED = 'SELECT greatest(0, paused - ledger_now()) AS ms FROM quota WHERE name = $1';

/** What has lapsed; a quota's moments are older than any window after two minutes. */
const CLEAN_EVERY_MS = 60_000;
const CLEAN = [
  'DELETE FROM ledger WHERE until < now()',
  'DELETE FROM quota WHERE greatest(last, paused) < ledger_now() - 120000',
];

/** The ledger in PostgreSQL: each change is one statement. */
export function createPostgresLedger(pool: pg.Pool): Ledger {
  const ask = async <Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> => {
    try {
      return (await pool.query<Row>(text, values)).rows;
    } catch (error) {
      throw new StoreUnavailable(error);
    }
  };
  let cleanedAt = 0;
  const clean = async () => {
    if (Date.now() - cleanedAt < CLEAN_EVERY_MS) return;
    cleanedAt = Date.now();
    for (const each of CLEAN) await ask(each, []);
  };
  const entryOf = async (key: string) => {
    const [row] = await ask<{ entry: string }>('SELECT entry FROM ledger WHERE key = $1 AND until >= now()', [key]);
    return row?.entry;
  };
  const personKey = (person: string) => `person:${person}`;
  const seenKey = (what: string) => `seen:${what}`;
  const noteKey = (person: string) => `noted:${person}`;
  const placesKey = (deed: string) => `places:${deed}`;
  return {
    claim: async (person, jobId, askedAt, ms) => {
      const [row] = await ask<{ entry: string }>(CLAIM, [personKey(person), jobEntry(jobId), askedAt, ms]);
      return readClaim(row?.entry, jobId);
    },
    keep: async (person, chat, ms) => {
      await ask(KEEP, [personKey(person), chatEntry(chat), ms]);
      await clean();
    },
    endAt: async (person, chat, end) =>
      void (await ask(END_AT, [personKey(person), chatEntry(chat), end, KNOWN_AFTER_END_MS])),
    kept: async (person) => readChat(await entryOf(personKey(person))),
    release: async (person, jobId) =>
      void (await ask('DELETE FROM ledger WHERE key = $1 AND entry = $2', [personKey(person), jobEntry(jobId)])),
    note: async (person, chat, ms) => void (await ask(KEEP, [noteKey(person), JSON.stringify(chat), ms])),
    noted: async (person) => {
      const entry = await entryOf(noteKey(person));
      return entry === undefined ? undefined : (JSON.parse(entry) as ServiceChat);
    },
    reserve: async (quotas, aheadMs, missed) => {
      const column = <K extends keyof (typeof quotas)[number]>(field: K) => quotas.map((quota) => quota[field]);
      const values = [column('name'), column('calls'), column('windowMs'), column('spacingMs'), aheadMs, missed];
      const [row] = await ask<{ taken: boolean; in_ms: number; moment: number }>(
        'SELECT * FROM ledger_reserve($1, $2, $3, $4, $5, $6)',
        values,
      );
      return { taken: row?.taken === true, inMs: row?.in_ms ?? aheadMs, moment: row?.taken ? String(row.moment) : '' };
    },
    pause: async ({ name }, ms) => void (await ask(PAUSE, [name, ms])),
    paused: async ({ name }) => (await ask<{ ms: number }>(PAUSED, [name]))[0]?.ms ?? 0,
    see: async (what, ms) => void (await ask(KEEP, [seenKey(what), String(Date.now()), ms])),
    lastSeen: async (what) => {
      const at = await entryOf(seenKey(what));
      return at === undefined ? undefined : Number(at);
    },
    first: async (deed, ms) => (await ask(FIRST, [`deed:${deed}`, ms])).length === 1,
    placeOf: async (deed, by, ms) => {
      const [row] = await ask<{ place: number }>(PLACE, [placesKey(deed), by, ms, PLACES]);
      return row?.place ?? PLACES + 1;
    },
    forget: async (deed) => void (await ask('DELETE FROM ledger WHERE key = $1', [placesKey(deed)])),
    served: async (person) => (await ask(SERVED, [personKey(person), Date.now()])).length === 1,
  };
}

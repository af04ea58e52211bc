import type { Advice } from './contract.ts';

/** What a PostgreSQL tells of itself to whoever asks `POSTGRES_FACTS`. */
export interface PostgresFacts {
  readonly version: number;
  readonly read_only: boolean;
  /** Whether the schema can be made, or is there and can be written to. */
  readonly may_write: boolean;
}

/** $1: the app's schema. */
export const POSTGRES_FACTS = `
SELECT current_setting('server_version_num')::int AS version,
  pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS read_only,
  coalesce(has_schema_privilege(to_regnamespace($1), 'CREATE'), has_database_privilege(current_database(), 'CREATE'))
    AS may_write`;

const OLDEST = 140_000;

/** What the operator should change about this PostgreSQL. */
export function adviseOnPostgres(facts: PostgresFacts | undefined): Advice[] {
  if (!facts) return [];
  const faults = [
    facts.version < OLDEST && 'PostgreSQL is older than 14: use a newer one.',
    facts.read_only && 'PostgreSQL takes no writes (a replica, or read-only): name the primary in QUEUE_URL.',
    !facts.may_write && 'The user of QUEUE_URL may not create a schema: GRANT CREATE ON DATABASE … TO …',
  ];
  return faults.flatMap((sentence) => (sentence ? [{ level: 'error' as const, sentence }] : []));
}

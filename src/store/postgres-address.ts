import { createHash } from 'node:crypto';

/** A URL, or for the embedded server the folder of its socket. */
export type PostgresAddress = (
  | { readonly connectionString: string }
  | { readonly host: string; readonly port: number; readonly user: string; readonly database: string }
) & {
  /** Settings of each session, as on the command line of the server: `-c name=value`. */
  readonly options?: string;
};

/**
 * Reads a QUEUE_URL that names a PostgreSQL. Its `options` are taken out of the URL, where they would win over the
 * search path that every query of ours relies on.
 *
 * @throws Error, the rest of a sentence that begins with QUEUE_URL, and quotes no value.
 */
export function readPostgresAddress(text: string): PostgresAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The client (pg 8) connects to one host, and has no `target_session_attrs`.
  if (url ? url.hostname.includes(',') : /^[^?#]*,/.test(text))
    throw new Error('names several hosts, of which PostgreSQL takes one: a name that always leads to the primary');
  if (!url) throw new Error('cannot be read; write postgres://user:password@host:5432/database');
  const options = url.searchParams.get('options');
  url.searchParams.delete('options');
  return { connectionString: options ? url.href : text, ...(options && { options }) };
}

/**
 * PostgreSQL folds and cuts names: 63 bytes of letters, digits and underscores. What that would change is told apart by
 * a hash; the ids that Feishu gives stay readable.
 */
export function schemaName(namespace: string): string {
  const folded = `helpdesk_${namespace.toLowerCase().replace(/[^a-z0-9_]/g, '_')}`;
  if (folded === `helpdesk_${namespace}` && folded.length <= 63) return folded;
  return `${folded.slice(0, 50)}_${createHash('sha256').update(namespace).digest('hex').slice(0, 12)}`;
}

import type pg from 'pg';

/** The connections of one store, pooled ones and listeners. */
export interface Wires {
  watchPool(pool: pg.Pool): void;
  watchListener(client: pg.Client): void;
  /** All that are quiet are closed; the next ones are made to where the address leads then. */
  giveUp(): void;
}

/** Nothing can be written: after a failover this is the primary of before, and the address leads to another. */
const READ_ONLY = '25006';

/**
 * A wire that swallows everything is found by a query without an answer. Whatever was quiet since that query was asked
 * is given up with it, idle connections and listeners: each would cost another wait. A listener that is given up makes
 * BullMQ listen anew. The connections to a server that has become read-only go all together, too.
 */
export function createWires(): Wires {
  const quietSince = new Map<pg.Client, number>();
  const giveUp = (since = Number.POSITIVE_INFINITY) => {
    for (const [client, quiet] of quietSince) if (quiet < since) client.connection.stream.destroy();
  };
  return {
    watchPool: (pool: pg.Pool) => {
      pool.on('acquire', (client) => quietSince.delete(client)).on('remove', (client) => quietSince.delete(client));
      pool.on('release', (error, client) => {
        if (!error) quietSince.set(client, Date.now());
        else if (!(error instanceof Error)) return;
        else if ('code' in error && error.code === READ_ONLY) giveUp();
        else if (error.message === 'Query read timeout') giveUp(Date.now() - Number(pool.options.query_timeout));
      });
    },
    watchListener: (client: pg.Client) => {
      if (quietSince.has(client)) return;
      quietSince.set(client, Date.now());
      client.on('end', () => quietSince.delete(client));
    },
    giveUp: () => giveUp(),
  };
}

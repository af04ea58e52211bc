import type pg from 'pg';

/** The connections of one store, pooled ones and listeners. */
export interface Wires {
  watchPool(pool: pg.Pool): void;
  watchListener(client: pg.Client): void;
}

/**
 * A wire that swallows everything is found by a query without an answer. Whatever was quiet since that query was asked
 * is given up with it, idle connections and listeners: each would cost another wait. A listener that is given up makes
 * BullMQ listen anew.
 */
export function createWires(): Wires {
  const quietSince = new Map<pg.Client, number>();
  const giveUp = (since: number) => {
    for (const [client, quiet] of quietSince) if (quiet < since) client.connection.stream.destroy();
  };
  return {
    watchPool: (pool: pg.Pool) => {
      pool.on('acquire', (client) => quietSince.delete(client)).on('remove', (client) => quietSince.delete(client));
      pool.on('release', (error, client) => {
        if (!error) quietSince.set(client, Date.now());
        else if (error instanceof Error && error.message === 'Query read timeout')
          giveUp(Date.now() - Number(pool.options.query_timeout));
      });
    },
    watchListener: (client: pg.Client) => {
      if (quietSince.has(client)) return;
      quietSince.set(client, Date.now());
      client.on('end', () => quietSince.delete(client));
    },
  };
}

import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Embedded } from '../embedded.ts';
import { readOwner } from './owner.ts';
import { socketsIn } from './place.ts';
import { PORT } from './server.ts';

/** How a server is reached whose socket is in this folder. */
export const connectionAt = (sockets: string): Embedded['connection'] => ({
  host: sockets,
  port: PORT,
  user: 'postgres',
  database: 'postgres',
});

/** The embedded server of a service that runs on `dataDir`, for whoever only looks; undefined when there is none. */
export async function findRunning(dataDir: string): Promise<Embedded['connection'] | undefined> {
  const { temp } = await readOwner(dataDir);
  if (!temp) return undefined;
  try {
    await access(join(socketsIn(temp), `.s.PGSQL.${PORT}`));
    return connectionAt(socketsIn(temp));
  } catch {
    return undefined;
  }
}

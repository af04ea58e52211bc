import { chmod, lchown, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import type { Place } from './place.ts';
import { run } from './program.ts';
import { codeOf, explain, inFolder, trouble } from './trouble.ts';

const UNFINISHED = 'postgres-unfinished-';

/** The socket's folder decides who may connect; over the network nobody may. */
const ACCESS = ['--username=postgres', '--auth-local=trust', '--auth-host=reject'];
const INITDB = [...ACCESS, '--encoding=UTF8', '--no-locale', '--no-instructions'];

export interface DataOptions {
  readonly place: Place;
  readonly binaries: Binaries;
  readonly log: (fact: string, details?: object) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes sure that there is data this PostgreSQL can serve. New data is made in a folder beside and renamed when it is
 * whole: whatever interrupts that, `home` is either complete or absent, and nothing in it is ever removed.
 * Only for the owner of `DATA_DIR`.
 */
export async function provideData(options: DataOptions): Promise<void> {
  const { place, binaries, log } = options;
  await removeUnfinished(place.dataDir);
  const files = await readdir(place.home).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw belongsToOther(place, error);
  });
  if (files.length > 0) return checkData(place, binaries.major);
  const fresh = await mkdtemp(join(place.dataDir, UNFINISHED)).catch(inFolder(place.dataDir));
  try {
    await fill(fresh, options);
    await rename(fresh, place.home).catch(inFolder(place.dataDir));
    await syncFolder(place.dataDir);
  } finally {
    await removeUnfinished(place.dataDir);
  }
  log('made new data for the embedded PostgreSQL', { folder: place.home, user: place.runner?.uid });
}

async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (!name.startsWith(UNFINISHED)) continue;
    // An initdb that outlived its service may still write there; it fails by itself, the next start takes the rest.
    await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
  }
}

async function fill(folder: string, { place, binaries, signal }: DataOptions): Promise<void> {
  const { dataDir, runner } = place;
  if (runner) await lchown(folder, runner.uid, runner.gid);
  signal.throwIfAborted();
  const { ok, words } = await run(binaries.initdb, INITDB, { folder, runner, signal });
  signal.throwIfAborted();
  if (!ok) throw explain(dataDir, words);
}

/** Without this a power cut could undo the rename and with it everything committed since. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
}

async function checkData(place: Place, major: string): Promise<void> {
  const { dataDir, home, runner } = place;
  const { uid, mode } = await stat(home);
  const user = runner?.uid ?? process.getuid?.();
  if (uid !== user) throw belongsToOther(place);
  const version = await readFile(join(home, 'PG_VERSION'), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
  if (version === undefined) {
    throw trouble(`DATA_DIR ${dataDir} has a folder "postgres" that is no PostgreSQL data: move it away`);
  }
  if (version !== major) {
    throw trouble(
      `DATA_DIR ${dataDir} was written by PostgreSQL ${version} and this is ${major}: ` +
        'let the bot version before this one finish its jobs, then move the folder "postgres" away',
    );
  }
  // PostgreSQL refuses data others can reach; volume managers like to open it up with every mount.
  if ((mode & 0o027) !== 0) await chmod(home, 0o700);
}

function belongsToOther({ dataDir, runner }: Place, cause?: unknown): Error {
  const who = `user id ${runner?.uid ?? process.getuid?.()}`;
  return trouble(
    `The data in DATA_DIR ${dataDir} does not belong to ${who}, under which PostgreSQL would run: ` +
      'start the service as the same user as before, or chown the folder "postgres" in it',
    cause,
  );
}

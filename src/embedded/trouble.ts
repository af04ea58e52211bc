import { existsSync } from 'node:fs';

/**
 * What can be wrong with the embedded PostgreSQL, each as one sentence for the person who operates the bot: what is
 * the matter, which variable it is about, and what to do.
 */

const INSTEAD = 'or set QUEUE_URL to a redis:// or postgres:// address';

export function trouble(sentence: string, cause?: unknown): Error {
  return new Error(`${sentence}, ${INSTEAD}.`, { cause });
}

/** The `code` of a system error, or an empty string. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** A failed call to the file system while `DATA_DIR` was being prepared. */
export function folderTrouble(dataDir: string, error: unknown): Error {
  const at = `DATA_DIR ${dataDir}`;
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return trouble(`${at} cannot be used by ${whoAmI()}: give that user the folder, choose another DATA_DIR`, error);
    case 'EROFS':
      return trouble(`${at} is on a read-only disk: choose another DATA_DIR`, error);
    case 'ENOTDIR':
    case 'EEXIST':
      return trouble(`${at} is not a folder: choose another DATA_DIR`, error);
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(dataDir, error);
    case 'ENOTSUP':
    case 'EOPNOTSUPP':
    case 'ENOSYS':
      return trouble(
        `${at} is on a file system without sockets or hard links: choose a DATA_DIR on a local disk`,
        error,
      );
    default:
      return trouble(`${at} cannot be used (${String(error)}): choose another DATA_DIR`, error);
  }
}

/** The same for a `catch`. */
export function inFolder(dataDir: string): (error: unknown) => never {
  return (error) => {
    throw folderTrouble(dataDir, error);
  };
}

/** A program of PostgreSQL that could not even be started. */
export function spawnTrouble(program: string, error: unknown): Error {
  const why: Record<string, string> = {
    ENOENT: existsSync(program)
      ? 'this system lacks the C library it was built for: use a glibc system instead of Alpine'
      : 'it is gone: start the service again',
    EACCES: 'its folder forbids programs: set TMPDIR to one that allows them',
    EPERM: 'this process may not change its user: start the service as a normal user',
  };
  const advice = why[codeOf(error)] ?? `${String(error)}: reinstall with npm ci`;
  return trouble(`The embedded PostgreSQL's program ${program} does not run, ${advice}`, error);
}

/** What `initdb` or `postgres` complained of before it gave up. Their messages are English: LC_ALL is C. */
export function explain(dataDir: string, words: string): Error {
  if (/could not create (semaphores|shared memory)|resize shared memory/.test(words)) {
    return trouble('The shared memory or the semaphores of this system are used up: raise their limits', words);
  }
  if (/no space left on device|disk quota exceeded/i.test(words)) return diskFull(dataDir, words);
  if (/could not look up effective user ID/.test(words)) {
    return trouble('The user this service runs as has no name on this system: add it to /etc/passwd', words);
  }
  if (/lock file .* already exists|pre-existing shared memory block/.test(words)) {
    return trouble(
      `The data in DATA_DIR ${dataDir} is in use by a PostgreSQL this bot did not start: stop that`,
      words,
    );
  }
  const said = /(?:FATAL|PANIC|error): +(.*)/.exec(words)?.[1] ?? words.trim();
  return trouble(`The embedded PostgreSQL in DATA_DIR ${dataDir} does not start (${said}): mend that`, words);
}

/** For a `catch`: the private folder of a start could not be made or filled. */
export function inTemp(error: unknown): never {
  throw trouble(`The temp folder cannot be used (${String(error)}): set TMPDIR to one with 100 MB to spare`, error);
}

function diskFull(dataDir: string, cause: unknown): Error {
  return trouble(`The disk of DATA_DIR ${dataDir} is full: free some space (100 MB will do)`, cause);
}

function whoAmI(): string {
  return `user id ${process.getuid?.() ?? 'unknown'}`;
}

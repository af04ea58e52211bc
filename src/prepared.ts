import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Compiled } from '../handlers/intent/compile.ts';

/** Beside the compiled handlers as beside their source. */
const DEFAULT_FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', 'handlers', 'intent');
/** Written by the build only: from source the phrases are always compiled anew. */
const PREPARED = join(DEFAULT_FOLDER, 'phrases.json');

interface Prepared {
  readonly madeOf: string;
  readonly compiled: Compiled;
}

/** The files phrases are read from, one per language, and a team's `file` after them. */
export function phraseFiles({ file }: { readonly file?: string | undefined }): readonly string[] {
  const defaults = readdirSync(DEFAULT_FOLDER)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(DEFAULT_FOLDER, name));
  return [...defaults, ...(file ? [file] : [])];
}

/** Keeps the compiled phrases of the project beside their files. */
export function writePrepared(compiled: Compiled): void {
  const prepared: Prepared = { madeOf: digestOf(phraseFiles({})), compiled };
  writeFileSync(PREPARED, JSON.stringify(prepared));
}

/**
 * What the build compiled, which spares a start a third of a second; undefined where there is none, or the phrases are
 * others by now (edited since, or a team's `file` among them).
 */
export function readPrepared(options: { readonly file?: string | undefined }): Compiled | undefined {
  try {
    // Not parsed with a schema: it is our own build's, and of these very phrases.
    const { madeOf, compiled } = JSON.parse(readFileSync(PREPARED, 'utf8')) as Prepared;
    return madeOf === digestOf(phraseFiles(options)) ? compiled : undefined;
  } catch {
    return undefined;
  }
}

function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

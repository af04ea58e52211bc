import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** What asks for no more than to be named. */
const ALLOWED: ReadonlySet<string> = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
]);

export interface Licensed {
  readonly name: string;
  readonly version: string;
  /** As the package names it; "none" when it names none. */
  readonly licence: string;
}

const lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string(), license: z.string().default('none'), dev: z.boolean().default(false) }).partial({
      version: true,
    }),
  ),
});

/** Every package that is shipped, with all that they bring along, from the lock file. */
export function shipped(): readonly Licensed[] {
  const { packages } = lock.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version = '', license }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      licence: license,
    }));
}

export const notAllowed = (packages: readonly Licensed[]): readonly Licensed[] =>
  packages.filter(({ licence }) => !ALLOWED.has(licence));

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const packages = shipped();
  for (const { licence, name, version } of packages) console.log(`${licence}\t${name}@${version}`);
  if (notAllowed(packages).length > 0) process.exitCode = 1;
}

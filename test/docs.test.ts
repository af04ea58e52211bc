import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const DOCS = readdirSync('docs').filter((name) => name.endsWith('.md'));
const PAGES = ['README.md', ...DOCS.map((name) => `docs/${name}`)];
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

test.each(PAGES)('every file and folder that %s names is there', (page) => {
  const text = readFileSync(page, 'utf8');
  const named = [...text.matchAll(/`((?:src|handlers|simulator|demo|bench|docs|deploy|test)\/[\w./-]*)`/g)].map(
    ([, path = '']) => path,
  );
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});

test.each(PAGES)('every command that %s names exists', (page) => {
  const text = readFileSync(page, 'utf8');
  const named = [...text.matchAll(/npm (?:run (?:--silent )?)?([a-z]+)/g)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'ci' && name !== 'run');
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

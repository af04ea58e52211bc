import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** One import as written: who, what it names, whether only types. */
interface Import {
  readonly file: string;
  readonly from: string;
  readonly typeOnly: boolean;
}

const filesIn = (folder: string): string[] =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(folder, name));

const PRODUCT = [...filesIn('src'), ...filesIn('handlers')];
const textOf = new Map([...PRODUCT, ...filesIn('simulator')].map((file) => [file, readFileSync(file, 'utf8')]));

function importsOf(file: string): Import[] {
  const text = textOf.get(file) ?? '';
  const fixed = [...text.matchAll(/^(import|export)( type)? [^;]*? from '([^']+)'/gms)];
  const dynamic = [...text.matchAll(/(?<!typeof )import\('([^']+)'\)/g)];
  const required = [...text.matchAll(/(?:require|createRequire\(import\.meta\.url\))\('([^']+)'\)/g)];
  return [
    ...fixed.map(([, , type, from = '']) => ({ file, from: target(file, from), typeOnly: type !== undefined })),
    ...[...dynamic, ...required].map(([, from = '']) => ({ file, from: target(file, from), typeOnly: false })),
  ];
}

const target = (file: string, from: string) => (from.startsWith('.') ? normalize(join(dirname(file), from)) : from);

const imports = PRODUCT.flatMap(importsOf);
const importersOf = (name: string) =>
  [...new Set(imports.filter(({ from, typeOnly }) => from === name && !typeOnly).map(({ file }) => file))].sort();
const isOurs = (from: string) =>
  from.startsWith('src/') || from.startsWith('handlers/') || from.startsWith('simulator/');

test('handlers import only each other, and types from the contract', () => {
  const strange = imports.filter(
    ({ file, from, typeOnly }) =>
      file.startsWith('handlers/') && !from.startsWith('handlers/') && !(from === 'src/bot.ts' && typeOnly),
  );
  expect(strange).toEqual([]);
});

test('the composition root alone knows the handlers', () => {
  const values = imports.filter(
    ({ file, from, typeOnly }) => file.startsWith('src/') && from.startsWith('handlers/') && !typeOnly,
  );
  expect([...new Set(values.map(({ file }) => file))]).toEqual(['src/main.ts']);
});

test('the environment is read in one place', () => {
  expect(
    [...textOf].filter(([file, text]) => file.startsWith('src/') && text.includes('process.env')).map(([file]) => file),
  ).toEqual(['src/main.ts']);
});

test.each([
  ['bullmq', ['src/bullmq.ts']],
  ['src/bullmq.ts', ['src/queue-board.ts', 'src/store/postgres.ts', 'src/store/redis.ts', 'src/worker.ts']],
  ['@opentelemetry/api', ['src/open-telemetry.ts']],
  ['bullmq-otel', ['src/open-telemetry.ts']],
  ['src/open-telemetry.ts', ['src/traces.ts']],
  ['@bull-board/api', ['src/queue-board.ts']],
  ['@bull-board/koa', ['src/queue-board.ts']],
  ['src/queue-board.ts', ['src/main.ts']],
  ['koa', ['src/ops.ts', 'src/web.ts']],
  ['koa-router', ['src/ops.ts', 'src/web.ts']],
  ['@larksuiteoapi/node-sdk', ['src/feishu/sdk.ts']],
  ['axios', ['src/feishu/sdk.ts']],
  ['pg', ['src/store/postgres.ts']],
  ['ioredis', ['src/store/redis-connection.ts']],
  ['pino', ['src/log.ts']],
  ['prom-client', ['src/metrics.ts', 'src/queue-gauges.ts']],
  ['raw-body', ['src/web.ts']],
])('%s is imported only where it is meant to be', (name, files) => {
  expect(importersOf(name)).toEqual(files);
});

test('the simulator imports nothing of ours', () => {
  const strange = filesIn('simulator')
    .flatMap(importsOf)
    .filter(({ from }) => isOurs(from) && !from.startsWith('simulator/'));
  expect(strange).toEqual([]);
});

test('no file reaches itself through its imports', () => {
  const next = new Map(
    PRODUCT.map((file) => [
      file,
      importsOf(file)
        .filter(({ typeOnly }) => !typeOnly)
        .map(({ from }) => from)
        .filter(isOurs),
    ]),
  );
  const cycles = PRODUCT.filter((file) => reaches(file, next).has(file));
  expect(cycles).toEqual([]);
});

test('the web role never loads the SDK unless it opens the long connection, and nobody what is not used: board, traces', () => {
  const fixed = new Map(PRODUCT.map((file) => [file, staticImports(file)]));
  const loaded = [...reaches('src/main.ts', fixed)];
  for (const name of ['@larksuiteoapi/node-sdk', '@bull-board/api', '@opentelemetry/api', 'bullmq-otel'])
    expect(loaded).not.toContain(name);
});

/** What is loaded with the file, whatever happens: no types, no imports at run time. */
function staticImports(file: string): string[] {
  const dynamic = new Set(
    [...(textOf.get(file) ?? '').matchAll(/import\('([^']+)'\)/g)].map(([, from = '']) => target(file, from)),
  );
  return importsOf(file)
    .filter(({ typeOnly, from }) => !typeOnly && !dynamic.has(from))
    .map(({ from }) => from);
}

function reaches(start: string, next: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set<string>();
  const open = [...(next.get(start) ?? [])];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    open.push(...(next.get(file) ?? []));
  }
  return seen;
}

test('every exported value is used by somebody else; types may stand for themselves', () => {
  const everything = [
    ...PRODUCT,
    ...filesIn('test'),
    ...filesIn('demo'),
    ...filesIn('bench'),
    ...filesIn('chaos'),
    ...filesIn('scripts'),
    'scripts/build-data.js',
  ];
  const texts = new Map(everything.map((file) => [file, readFileSync(file, 'utf8')]));
  const unused = PRODUCT.flatMap((file) => {
    const names = [...(texts.get(file) ?? '').matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm)].map(
      ([, name = '']) => name,
    );
    return names
      .filter((name) => ![...texts].some(([other, text]) => other !== file && new RegExp(`\\b${name}\\b`).test(text)))
      .map((name) => `${file}: ${name}`);
  });
  expect(unused).toEqual([]);
});

test('nothing is exported wholesale', () => {
  expect([...textOf].filter(([, text]) => text.includes('export *')).map(([file]) => file)).toEqual([]);
});

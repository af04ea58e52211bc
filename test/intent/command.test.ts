import { PassThrough, Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runIntentCommand } from '../../src/intent-command.ts';
import { makeIntent, pathOf } from './fixtures.ts';

const intent = makeIntent();

async function run(args: readonly string[], input: string | readonly string[] = '', isTTY = false) {
  const stdout = Object.assign(new PassThrough(), { isTTY });
  const stderr = new PassThrough();
  const written = Promise.all([textOf(stdout), textOf(stderr)]);
  const code = await runIntentCommand({ args, stdin: Readable.from([input].flat()), stdout, stderr, intent });
  stdout.end();
  stderr.end();
  const [out, err] = await written;
  return { code, out, err };
}

test('an explanation names text, clauses, masks, what was tried and what won', async () => {
  const { code, out } = await run(['公司的人工智能坏了，', '不用转人工了']);
  expect(code).toBe(0);
  for (const part of ['cancel', 'no-need', '不用转人工了', 'masked', '人工智能', 'request/ask', '→'])
    expect(out).toContain(part);
});

test('only a terminal gets colour', async () => {
  expect((await run(['转人工'])).out).not.toContain('\u001b[');
  expect((await run(['转人工'], '', true)).out).toContain('\u001b[');
});

test('--jsonl answers each line with one line, in order, and prints nothing else', async () => {
  const texts = ['转人工', '你好', '不用转人工', 'can I talk to a human', '人工\n客服'];
  const { code, out, err } = await run(
    ['--jsonl'],
    texts.map((text) => `${JSON.stringify({ text })}\n`),
  );
  const answers = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(answers.map(({ text }) => text)).toEqual(texts);
  expect(answers.map(({ decision }) => decision)).toEqual(['human', 'other', 'cancel', 'human', 'human']);
  for (const answer of answers) {
    expect(Object.keys(answer)).toEqual(['text', 'decision', 'rule', 'us']);
    expect(answer.us).toBeTypeOf('number');
  }
  expect({ code, err }).toEqual({ code: 0, err: '' });
});

test('a bad line is named and fails the run at its end, the others are answered', async () => {
  const { code, out, err } = await run(['--jsonl'], '{"text":"转人工"}\nnonsense\n{"txt":1}\n\n{"text":"你好"}');
  expect(out.trimEnd().split('\n')).toHaveLength(2);
  expect(err).toBe('line 2: not {"text": "…"}\nline 3: not {"text": "…"}\n');
  expect(code).toBe(1);
});

test('a reader that leaves ends the answers without an error', async () => {
  const stdout = new PassThrough({ highWaterMark: 10 });
  const lines = Array.from({ length: 500 }, () => '{"text":"转人工"}\n');
  const answering = runIntentCommand({
    args: ['--jsonl'],
    stdin: Readable.from(lines),
    stdout,
    stderr: new PassThrough(),
    intent,
  });
  stdout.once('data', () => stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })));
  expect(await answering).toBe(0);
});

test('--score prints a row for each language and tag, and every wrong line', async () => {
  const { code, out } = await run(['--score', fileURLToPath(pathOf('development.jsonl'))]);
  expect(code).toBe(0);
  expect(out).toMatch(/^all +306 +1\.000/m);
  expect(out).toMatch(/^zh\/trap-word +\d+/m);
  expect(out).toMatch(/of 306 lines are judged otherwise/);
});

test('--score of a file that cannot be read says why', async () => {
  expect(await run(['--score', '/nowhere.jsonl'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('/nowhere.jsonl'),
  });
});

test('--check tells that every example holds', async () => {
  expect(await run(['--check'])).toMatchObject({ code: 0, out: 'every example holds\n' });
});

test('a call nobody understands gets the usage and code 2', async () => {
  for (const args of [[], ['--what'], ['--score']]) {
    const { code, err } = await run(args);
    expect({ code, usage: err.includes('--jsonl') }).toEqual({ code: 2, usage: true });
  }
});

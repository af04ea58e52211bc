import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readWords } from '../src/words.ts';

const OURS = {
  hello: { zh: '你好', en: 'Hello', ja: 'こんにちは' },
  late: { zh: '{time} 晚了', en: 'late since {time}', ja: '{time} 遅れ' },
};

function read(text: string, name = 'words.yaml') {
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-words-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return readWords(OURS, join(folder, name));
}

test('a file replaces what it names, language by language, and nothing else', () => {
  expect(read('hello:\n  zh: 您好，这里是「{desk}」\n')).toEqual({
    ...OURS,
    hello: { ...OURS.hello, zh: '您好，这里是「{desk}」' },
  });
  expect(read('{"late": {"en": "sorry, {time}"}}', 'words.json').late.en).toBe('sorry, {time}');
  expect(read('')).toEqual(OURS);
});

test.each([
  [
    'a name nobody knows',
    'hello:\n  zh: 好\nhallo:\n  zh: 好\n',
    'words.yaml:3: hallo: is no sentence of ours; there are: hello, late',
  ],
  ['a language nobody speaks', 'hello:\n  zh: 好\n  fr: bon\n', 'words.yaml:3: hello.fr: is none of zh, en, ja'],
  [
    'a gap nobody fills',
    'late:\n  en: sorry {tiem}\n',
    'words.yaml:2: late.en: nothing fills {tiem} here; there is {desk}, {time}',
  ],
  [
    'a gap that is filled elsewhere',
    'hello:\n  en: at {time}\n',
    'words.yaml:2: hello.en: nothing fills {time} here; there is {desk}',
  ],
  ['an empty text', "hello:\n  zh: ' '\n", 'words.yaml:2: hello.zh: is empty'],
  ['no text', 'hello:\n  zh: 5\n', 'words.yaml:2: hello.zh: must be a text'],
  [
    'a text without a language',
    'hello: hi\n',
    'words.yaml:1: hello: must hold texts under zh, en and ja, or some of them',
  ],
  ['a list', '- hello\n', 'words.yaml:1: the file: must hold sentences by their names'],
  [
    'a text too long for a card',
    `hello:\n  zh: ${'长'.repeat(501)}\n`,
    'words.yaml:2: hello.zh: is longer than 500 characters',
  ],
  ['half an emoji', 'hello:\n  zh: "\\ud83d"\n', 'words.yaml:2: hello.zh: holds half a character'],
  ['a character that is none', 'hello:\n  zh: "a\\0b"\n', 'words.yaml:2: hello.zh: holds half a character, or none'],
  ['broken YAML', 'hello:\n  zh: "好\n', 'words.yaml:'],
])('%s is refused with file, line and reason', (_, text, fault) => {
  expect(() => read(text)).toThrow(fault);
});

test('all faults are told at once', () => {
  expect(() => read('a: {zh: x}\nhello: {fr: x}\nlate: {zh: "{x}"}\n')).toThrow(/words\.yaml:1.*:2.*:3/s);
});

test('a file that is not there is named', () => {
  expect(() => readWords(OURS, '/nowhere/words.yaml')).toThrow('/nowhere/words.yaml: there is no such file');
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import {
  endWithFile,
  linkFor,
  startService,
  startTogether,
  type Together,
  temporaryFolder,
  until,
} from '../support/service.ts';

let together: Together;
let file: string;
const atEnd = endWithFile();
beforeAll(async () => {
  file = join(await temporaryFolder(atEnd), 'words.yaml');
  writeFileSync(file, 'linkReady:\n  zh: 「{desk}」已就绪\n');
  together = await startTogether('postgres', { env: { WORDS_FILE: file, FEISHU_HELPDESK_NAME: 'HR' }, atEnd });
});

async function answer(): Promise<string> {
  const { feishu } = together;
  const person = feishu.newPerson();
  await feishu.deliver(feishu.events.text({ person, text: '转人工' }));
  return JSON.stringify((await linkFor(feishu, person)).content);
}

test("a team's sentences replace ours, are read again on SIGHUP, and a broken file changes nothing", async () => {
  const { service } = together;
  const logged = (msg: string) => until(() => service.log.some((line) => line.msg === msg), msg);
  expect(await answer()).toContain('「HR」已就绪');
  writeFileSync(file, 'linkReady: { zh: "请进「{desk}」", en: Come in }\n');
  service.process.kill('SIGHUP');
  await logged('everything read again');
  expect(await answer()).toMatch(/请进「HR」.*Come in|Come in.*请进「HR」/);
  writeFileSync(file, 'linkReady: { zh: "{nobody}" }\n');
  service.process.kill('SIGHUP');
  await logged('not read again; everything stays as it is');
  expect(await answer()).toContain('请进「HR」');
});

test('a file that cannot be used ends the start, with file, line, reason and what there is', async () => {
  const broken = join(await temporaryFolder(), 'words.yaml');
  writeFileSync(broken, 'linkReady:\n  zh: 好\nlinkRedy: { zh: 好 }\n');
  await expect(startService({ ...together.env, WORDS_FILE: broken })).rejects.toThrow(
    'words.yaml:3: linkRedy: is no sentence of ours; there are: linkReady, ',
  );
});

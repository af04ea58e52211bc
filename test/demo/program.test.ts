import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProgram } from '../../demo/program.ts';
import { temporaryFolder } from '../support/service.ts';

test("what demo, tests and chaos start does not find the operator's .env, with a real group robot in it", async () => {
  const entry = join(await temporaryFolder(), 'where.mjs');
  await writeFile(entry, `console.log(JSON.stringify({ msg: 'started', folder: process.cwd() }));`);
  const program = await startProgram({ entry: [entry], env: {} });
  onTestFinished(async () => void (await program.stop()));
  const folder = String(program.log[0]?.folder);
  expect(folder).not.toBe(process.cwd());
  expect(existsSync(join(folder, '.env'))).toBe(false);
});

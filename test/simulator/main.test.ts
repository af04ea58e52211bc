import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';

/** The simulator as its own program, until the test ends. */
function program(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'simulator/main.ts', ...args], { stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  const ended = once(child, 'exit').then(([code]) => ({ code, output }));
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const says = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(output);
      if (found) return found;
      await Promise.race([
        once(child.stdout, 'data'),
        ended.then(() => Promise.reject(new Error(`It ended without saying ${pattern}: ${output}`))),
      ]);
    }
  };
  return { child, ended, says };
}

async function webhook(): Promise<string> {
  const server = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/feishu/events`;
}

const json = (url: string, body?: object) =>
  fetch(url, body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

test('alone it prints its environment, delivers what people write, shows its record and ends cleanly', async () => {
  const { child, ended, says } = program('--port', '0', '--webhook', await webhook());
  const url = (await says(/FEISHU_API_URL=(\S+)/))[1];
  await says(/FEISHU_APP_ID=cli_dec0de0000000000\n/);
  const written = await json(`${url}/simulator/message`, { person: 'ou_demo', text: '转人工' });
  expect(await written.json()).toMatchObject({ first_attempt: 200, message_id: expect.stringMatching(/^om_/) });
  await json(`${url}/simulator/menu`, { person: 'ou_demo', key: 'human_agent' });
  const { deliveries } = (await (await json(`${url}/simulator/record`)).json()) as {
    deliveries: { eventType: string }[];
  };
  expect(deliveries.map(({ eventType }) => eventType)).toEqual(['im.message.receive_v1', 'application.bot.menu_v6']);
  await says(/delivered application\.bot\.menu_v6, attempt 1: 200 in/);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

test('its control takes JSON only, scripts faults, and says what it wants', async () => {
  const { says } = program('--port', '0', '--webhook', await webhook());
  const url = (await says(/FEISHU_API_URL=(\S+)/))[1];
  expect((await fetch(`${url}/simulator/menu`, { method: 'POST', body: '{}' })).status).toBe(400);
  expect((await json(`${url}/simulator/menu`, { person: 'ou_demo' })).status).toBe(400);
  expect((await fetch(`${url}/simulator/else`)).status).toBe(404);
  expect((await json(`${url}/simulator/fault`, { api: 'bot_info', status: 503, code: 2200 })).status).toBe(201);
  expect((await fetch(`${url}/open-apis/bot/v3/info`)).status).toBe(503);
});

test('what it prints is what `.env.example` holds', async () => {
  const { says } = program('--port', '0');
  const printed = (await says(/^FEISHU_APP_ID(?:.|\n)*FEISHU_HELPDESK_TOKEN=.*$/m))[0].split('\n');
  expect((await readFile('.env.example', 'utf8')).split('\n')).toEqual(expect.arrayContaining(printed));
});

test('a port in use is said in a sentence', async () => {
  const { port } = new URL(await webhook());
  const { code, output } = await program('--port', port).ended;
  expect(code).toBe(1);
  expect(output).toBe(`Port ${port} is in use. End the program that has it, or choose another with --port.\n`);
});

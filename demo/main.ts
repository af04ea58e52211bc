import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type ShownMessage, type Simulator, startSimulator } from '../simulator/index.ts';
import { type Program, startProgram } from './program.ts';
import { createScript, type Step } from './script.ts';

/** `npm run demo`: Feishu's stand-in, the service and its embedded store in one command; no tenant, no configuration. */
async function main(once: boolean): Promise<number> {
  const undos: Array<() => unknown> = [];
  try {
    const feishu = await startSimulator();
    undos.push(feishu.close);
    const dataDir = await mkdtemp(join(tmpdir(), 'helpdesk-demo-'));
    undos.push(() => rm(dataDir, { recursive: true, force: true }));
    say('Starting the service on an embedded store, and a simulated Feishu to talk to it …');
    const service = await startProgram({
      entry: ['--import', 'tsx', 'src/main.ts'],
      env: { ...feishu.env, DATA_DIR: dataDir, FEISHU_HELPDESK_NAME: 'IT 服务台' },
    });
    undos.push(() => service.stop());
    feishu.webhook = service.webhook;
    await ready(service);
    const failed = await play(createScript(feishu));
    if (!once && failed === 0) await converse(feishu);
    return failed === 0 ? 0 : 1;
  } finally {
    for (const undo of undos.reverse()) await undo();
  }
}

async function ready({ ops }: Program): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(`${ops}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the service does not become ready');
}

/** Answers how many steps did not happen as they should. */
async function play(script: readonly Step[]): Promise<number> {
  let failed = 0;
  for (const [index, step] of script.entries()) {
    say(`\n${index + 1}. ${step.title}\n   person  ${step.says}`);
    try {
      const { shown, note } = await step.play();
      for (const message of shown) show(message);
      say(`   ✓ ${note}`);
    } catch (error) {
      failed += 1;
      say(`   ✗ ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  say(
    failed === 0
      ? `\nAll ${script.length} steps happened as they should.`
      : `\n${failed} of ${script.length} steps went wrong.`,
  );
  return failed;
}

/** The person at the keyboard becomes an employee. */
async function converse(feishu: Simulator): Promise<void> {
  const person = feishu.newPerson();
  const stop = feishu.listen((seen) => {
    if (seen.kind === 'message' && seen.message.to === person) show(seen.message);
  });
  say(
    '\nNow you: write to the bot (try 转人工, or "I want to talk to a person"), /menu presses its button, /quit ends.',
  );
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  terminal.on('SIGINT', () => terminal.close());
  terminal.prompt();
  for await (const line of terminal) {
    const text = line.trim();
    if (text === '/quit') break;
    const event =
      text === '/menu' ? feishu.events.menu({ person, key: 'human_agent' }) : feishu.events.text({ person, text });
    if (text !== '') await feishu.deliver(event);
    terminal.prompt();
  }
  terminal.close();
  stop();
}

/** A message as a person with a Chinese client would see it: its words, and where its button leads. */
function show({ content, links, replyTo }: ShownMessage): void {
  const lines = wordsIn(content).map((line) => `   bot     ${line}`);
  const target = links[0] ? [`           → ${links[0]}`] : [];
  say([replyTo ? '   bot     (under the message)' : '   bot     (new message)', ...lines, ...target].join('\n'));
}

/** Every text of a card in the client's language, from top to bottom. */
function wordsIn(content: unknown): string[] {
  if (typeof content !== 'object' || content === null) return [];
  const { i18n_content: translated } = content as { i18n_content?: { zh_cn?: string } };
  return translated?.zh_cn ? [translated.zh_cn] : Object.values(content).flatMap(wordsIn);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  process.exitCode = await main(process.argv.includes('--once'));
} catch (error) {
  process.stderr.write(`The demo could not run: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

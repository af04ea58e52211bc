import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type ShownMessage, startSimulator } from '../simulator/index.ts';
import type { Page, PageOptions } from './page-server.ts';
import { type Program, startProgram } from './program.ts';
import { createScript, type Step } from './script.ts';

/** As an admin would copy it from the desk's own page. */
const DESK_LINK = 'https://applink.feishu.cn/client/helpdesk/open?id=1234567890123456789';

const USAGE = `npm run demo                    plays a short conversation, then serves a page to try it all
npm run demo -- --port 4100     the page on this port instead of a free one
npm run demo -- --once          plays the conversation and ends; 0 only if all of it happened`;

interface Options {
  readonly once: boolean;
  readonly port: number;
}

/** `npm run demo`: Feishu's stand-in, the service and its embedded store in one command; no tenant, no configuration. */
async function main({ once: playOnce, port }: Options): Promise<number> {
  const undos: Array<() => unknown> = [];
  const stop = playOnce ? new AbortController().signal : stopSignal();
  try {
    const feishu = await startSimulator({ app: { botName: 'IT 助手' } });
    undos.push(feishu.close);
    const dataDir = await mkdtemp(join(tmpdir(), 'helpdesk-demo-'));
    undos.push(() => rm(dataDir, { recursive: true, force: true }));
    say('Starting the service on an embedded store, and a simulated Feishu to talk to it …');
    const service = await startProgram({
      entry: ['--import', 'tsx', fileURLToPath(new URL('../src/main.ts', import.meta.url))],
      env: { ...feishu.env, DATA_DIR: dataDir, FEISHU_HELPDESK_NAME: 'IT 服务台', FEISHU_HELPDESK_LINK: DESK_LINK },
      // Ctrl-C is for us: the service is stopped after the page.
      detached: !playOnce,
    });
    undos.push(() => service.stop());
    feishu.webhook = service.webhook;
    await ready(service);
    const failed = await Promise.race([play(createScript(feishu), stop), aborted(stop).then(() => 1)]);
    if (playOnce || failed > 0) return failed === 0 ? 0 : 1;
    const page = await openPage({ feishu, ops: service.ops, port });
    undos.push(page.close);
    say(`\nNow you: open ${page.url} and talk to the bot. Ctrl-C ends it.`);
    await aborted(stop);
    return 0;
  } finally {
    for (const undo of undos.reverse()) await undo();
  }
}

/** Loads what only the page needs. */
async function openPage(options: Omit<PageOptions, 'intent'>): Promise<Page> {
  const [{ servePage }, { createIntent }, { readPhrases }, { readWeights }] = await Promise.all([
    import('./page-server.ts'),
    import('../handlers/intent/index.ts'),
    import('../src/phrases.ts'),
    import('../src/weights.ts'),
  ]);
  return servePage({ ...options, intent: createIntent(readPhrases({}), readWeights()) });
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}

const aborted = (signal: AbortSignal): Promise<unknown> => (signal.aborted ? Promise.resolve() : once(signal, 'abort'));

async function ready({ ops }: Program): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(`${ops}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the service does not become ready');
}

/** Answers how many steps did not happen as they should. */
async function play(script: readonly Step[], stop: AbortSignal): Promise<number> {
  let failed = 0;
  for (const [index, step] of script.entries()) {
    say(`\n${index + 1}. ${step.title}\n   person  ${step.says}`);
    try {
      const { shown, note } = await step.play();
      for (const message of shown) show(message);
      say(`   ✓ ${note}`);
    } catch (error) {
      if (stop.aborted) return 1;
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

function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: { once: { type: 'boolean' }, port: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return undefined;
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port must be from 0 to 65535, not ${values.port}`);
  return { once: values.once ?? false, port };
}

try {
  const options = readOptions();
  if (options) process.exitCode = await main(options);
  else say(USAGE);
} catch (error) {
  process.stderr.write(`The demo could not run: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

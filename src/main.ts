import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseEnv } from 'node:util';
import { createHandlers } from '../handlers/index.ts';
import { compile, createIntent, openIntent } from '../handlers/intent/index.ts';
import { SENTENCES } from '../handlers/sentences.ts';
import { ConfigError, type Environment, readConfig } from './config.ts';
import { createTokenKeeper } from './feishu/token.ts';
import { createWhoami } from './feishu/whoami.ts';
import { openIntake } from './intake.ts';
import { createLifecycle, type Lifecycle, stopOnSignals } from './lifecycle.ts';
import { listen } from './listen.ts';
import { createLog, hidingFor, type Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { type Check, createOps } from './ops.ts';
import { createQueues } from './queue.ts';
import { createQueuePage } from './queue-page.ts';
import { createReceive } from './receive.ts';
import { createLiveConfig, type LiveConfig, rereadOnSignal } from './reload.ts';
import { withSightings } from './sightings.ts';
import { openStore } from './store.ts';
import { openTexts } from './texts.ts';
import { openTraces } from './traces.ts';
import { readWeights } from './weights.ts';
import { startWork } from './work.ts';

/** SIGTERM to exit 0. Orchestrators commonly send SIGKILL after 30 s. */
const STOP_LIMIT_MS = 14_000;
/** A call to Feishu in hand may take 8 s. */
const UNDO_LIMIT_MS = 9_000;

/** `.env` in the working folder, under what the environment itself says. */
function readEnvironment(): Environment {
  try {
    return { ...parseEnv(readFileSync('.env', 'utf8')), ...process.env };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return process.env;
    throw error;
  }
}

/** Starts from the last hop to the first, so that stopping closes the front door first and drains towards the exit. */
async function serve(live: LiveConfig, log: Log, lifecycle: Lifecycle): Promise<void> {
  const config = live.current();
  const traces = await openTraces(config, lifecycle);
  const metrics = traces.watch(createMetrics());
  const checks: Record<string, Check> = { start: async () => 'not finished' };
  const page = createQueuePage(() => live.current().ops.password);
  const ops = createServer(createOps({ checks, metrics, queuePage: page.serve, log }).callback());
  const opsUrl = await listen(ops, config.ops, { variable: 'OPS_PORT', lifecycle });

  // Before anything is started: a fault in a team's file is the first thing told.
  const texts = await openTexts(config, { compile, openIntent, sentences: SENTENCES });
  const store = await openStore(config, log, lifecycle.signal, traces.telemetry);
  lifecycle.onStop('store', store.close);
  const counted = withSightings(metrics, store.ledger);
  const queues = createQueues({ store, appId: config.app.appId });
  lifecycle.onStop('queues', queues.close);
  metrics.watchQueues(queues.look);
  page.open(async () =>
    (await import('./queue-board.ts')).createBoard({ ...config.ops, queues, hide: hidingFor(config), log }),
  );
  checks.store = async () => {
    await store.ping();
    return queues.open() ? undefined : 'not prepared yet';
  };

  const tokens = createTokenKeeper(() => live.current().app, metrics.api);
  const whoami = createWhoami({ apiUrl: config.app.apiUrl, tokens, observe: metrics.api, log });
  lifecycle.onStop('whoami', whoami.stop);
  rereadOnSignal([live.reread, texts.reread], log);
  const handlers = createHandlers({
    intent: texts,
    handoffKeys: config.menuKeys,
    guides: config.guides,
    welcomeMs: config.welcomeMs,
    hasSecondOpinion: config.opinion !== undefined,
    sentences: texts.sentences,
    desk: () => {
      const bot = whoami.current()?.name;
      const name = config.deskName ?? bot;
      return { ...(name && { name }), ...(bot && { bot }), ...(config.deskLink && { link: config.deskLink }) };
    },
  });

  if (config.worker)
    await startWork({
      live,
      worker: config.worker,
      store,
      queues,
      tokens,
      handlers,
      metrics: counted,
      log,
      lifecycle,
      checks,
    });
  const me = () => whoami.current()?.openId;
  const receive = traces.begin(createReceive({ handlers, queues, ledger: store.ledger, me, metrics: counted, log }));
  await openIntake({ live, receive, metrics: counted, log, lifecycle, checks });
  delete checks.start;
  log.info({ role: config.role, ops: opsUrl }, 'started');
}

async function runService(): Promise<void> {
  const config = readConfig(readEnvironment());
  const log = createLog(config);
  const lifecycle = createLifecycle({ log, limitMs: UNDO_LIMIT_MS });
  const started = serve(createLiveConfig(config, readEnvironment, log), log, lifecycle);
  const stop = async () => {
    lifecycle.abort();
    await started.catch(() => {});
    await lifecycle.stop();
  };
  stopOnSignals({ stop, log, limitMs: STOP_LIMIT_MS });
  // Until all is read for the first time there is nothing to read again, and nobody means to end us by it.
  process.on('SIGHUP', () => {});
  try {
    await started;
  } catch (error) {
    // Told to stop while starting: whoever told us ends the process.
    if (lifecycle.signal.aborted) return;
    await lifecycle.stop();
    throw error;
  }
}

async function explainIntent(args: string[]): Promise<number> {
  const [{ runIntentCommand }, { readPhrases }] = await Promise.all([
    import('./intent-command.ts'),
    import('./phrases.ts'),
  ]);
  const { stdin, stdout, stderr } = process;
  const intent = createIntent(readPhrases({ file: readEnvironment().INTENT_FILE }), readWeights());
  return runIntentCommand({ args, stdin, stdout, stderr, intent });
}

async function examineAll(args: string[]): Promise<number> {
  const { runDoctor } = await import('./doctor.ts');
  return runDoctor({ args, environment: readEnvironment(), stdout: process.stdout });
}

async function traceRequest(args: string[]): Promise<number> {
  const { runTrace } = await import('./trace.ts');
  return runTrace({ args, environment: readEnvironment(), stdout: process.stdout });
}

const COMMANDS: Readonly<Record<string, (args: string[]) => Promise<number | undefined>>> = {
  serve: async () => void (await runService()),
  intent: explainIntent,
  doctor: examineAll,
  trace: traceRequest,
};

const [command = 'serve', ...args] = process.argv.slice(2);
const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
try {
  if (!run) throw new Error(`no such command: ${command}. There is: ${Object.keys(COMMANDS).join(', ')}`);
  process.exitCode = (await run(args)) ?? process.exitCode;
} catch (error) {
  const plain = error instanceof ConfigError || process.env.LOG_LEVEL !== 'debug';
  process.stderr.write(`${plain && error instanceof Error ? error.message : String((error as Error).stack)}\n`);
  process.exit(1);
}

import { parseArgs } from 'node:util';
import { demoApp, demoDesk, type Seen, type Simulator, type SimulatorOptions, startSimulator } from './index.ts';

const defaultPort = 4000;
const defaultWebhook = 'http://127.0.0.1:3000/feishu/events';
// Slow enough to watch, quick enough to sit through: 15 s become 0.25 s, six hours six minutes.
const timeScale = 1 / 60;

const usage = `npm run simulator -- [--port ${defaultPort}] [--webhook ${defaultWebhook}] [--websocket]

Feishu as seen from outside, for a service on this machine. With --websocket events go over the long connection.`;

try {
  const { help, ...options } = readArguments();
  if (help) console.log(usage);
  else await run(options);
} catch (error) {
  console.error(sentence(error));
  process.exitCode = 1;
}

type Options = Required<Pick<SimulatorOptions, 'port' | 'webhook' | 'subscription'>>;

async function run(options: Options): Promise<void> {
  const simulator = await startSimulator({ ...options, timeScale, app: demoApp, desk: demoDesk, control: true });
  console.log(greeting(simulator, options));
  simulator.listen((seen) => console.log(`${new Date().toISOString()} ${line(seen)}`));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => simulator.close());
}

function readArguments(): Options & { readonly help: boolean } {
  const string = { type: 'string' } as const;
  const boolean = { type: 'boolean' } as const;
  const { values } = parseArgs({ options: { port: string, webhook: string, websocket: boolean, help: boolean } });
  const port = Number(values.port ?? defaultPort);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port must be from 0 to 65535, not ${values.port}`);
  const webhook = values.webhook ?? defaultWebhook;
  if (!URL.canParse(webhook)) throw new Error(`--webhook must be an address such as ${defaultWebhook}, not ${webhook}`);
  return { port, webhook, subscription: values.websocket ? 'websocket' : 'webhook', help: values.help ?? false };
}

function greeting({ url, env }: Simulator, { webhook, subscription }: Options): string {
  const example = JSON.stringify({ person: 'ou_demo_employee', text: '转人工' });
  return [
    `A simulated Feishu listens on ${url} and delivers events ${
      subscription === 'websocket' ? 'over the long connection' : `to ${webhook}`
    }. In the service's .env:`,
    '',
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    '',
    'Write to the bot:',
    `  curl -H 'content-type: application/json' -d '${example}' ${url}/simulator/message`,
    `Also: POST /simulator/menu {"person","key"}, POST and DELETE /simulator/fault, GET and DELETE /simulator/record`,
    '',
  ].join('\n');
}

function line(seen: Seen): string {
  if (seen.kind === 'delivery') {
    const { eventType = 'raw body', attempt, status, ms } = seen.delivery;
    return `delivered ${eventType}, attempt ${attempt}: ${status || 'no answer'} in ${ms} ms`;
  }
  if (seen.kind === 'ticket') return `opened chat ${seen.ticket.chatId} for ${seen.ticket.person}`;
  if (seen.kind === 'message') {
    const { to, text, links } = seen.message;
    return `${to} sees: ${[text.replaceAll('\n', ' | '), ...links].join(' ')}`;
  }
  const { api, method, path, outcome, status, code } = seen.call;
  return `${api === 'unknown' ? `${method} ${path}` : api}: ${outcome} ${status ?? ''} ${code ?? ''}`.trimEnd();
}

function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const taken = 'code' in error && error.code === 'EADDRINUSE' && 'port' in error;
  return taken
    ? `Port ${error.port} is in use. End the program that has it, or choose another with --port.`
    : error.message;
}

import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { fuzzAlone, fuzzFigures } from './fuzz-alone.ts';
import { complaints, figures, isSound, table } from './report.ts';
import { type ChaosOptions, runChaos } from './run.ts';
import { STORES, type StoreName } from './stores.ts';

/** Feishu allows 1000 messages a minute. People ask 1.2 times each, and of the calls for it every third is repeated. */
const PEOPLE_PER_MINUTE = 450;

const USAGE = `npm run chaos -- [--store redis|postgres|embedded] [--seed N] [--minutes 3] [--people N]
    breaks everything at once for some minutes, then audits what Feishu saw

npm run chaos -- --socket [--disconnects 10] [--store …] [--seed N] [--minutes 1.5] [--people 1000]
    ends the long connection in every way, and nothing else; then the same audit

npm run chaos -- --restart [--restarts 3] [--store …] [--seed N] [--minutes 1] [--people N]
    restarts all processes one after the other, again and again, and nothing else; then the same audit

npm run chaos -- --fuzz [--oddities 100000] [--store …] [--seed N]
    attacks the address that takes Feishu's events`;

async function main(): Promise<boolean> {
  const string = { type: 'string' } as const;
  const boolean = { type: 'boolean' } as const;
  const { values } = parseArgs({
    options: {
      store: string,
      seed: string,
      minutes: string,
      people: string,
      oddities: string,
      disconnects: string,
      restarts: string,
      restart: boolean,
      fuzz: boolean,
      socket: boolean,
      help: boolean,
    },
  });
  if (values.help) return say(USAGE);
  const store = STORES.find((name) => name === (values.store ?? 'redis'));
  if (!store) throw new Error(`--store must be one of ${STORES.join(', ')}, not ${values.store}`);
  const seed = positive('seed', values.seed, 1 + Math.floor(Math.random() * 1e6));
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  if (values.fuzz) return await fuzz(store, seed, positive('oddities', values.oddities, 100_000));
  const minutes = positive('minutes', values.minutes, values.socket ? 1.5 : values.restart ? 1 : 3);
  const people = positive('people', values.people, values.socket ? 1_000 : Math.round(minutes * PEOPLE_PER_MINUTE));
  const count = positive('disconnects', values.disconnects, 10);
  const disconnects = { count, hows: ['drop', 'close', 'silence'] } as const;
  const durationMs = minutes * 60_000;
  const restarts = positive('restarts', values.restarts, 3);
  return await chaos({
    ...{ store, seed, people, durationMs },
    ...(values.socket && { disconnects }),
    ...(values.restart && { restarts }),
  });
}

type Given = Pick<ChaosOptions, 'store' | 'seed' | 'people' | 'durationMs' | 'disconnects' | 'restarts'>;

async function chaos(given: Given): Promise<boolean> {
  const outcome = await runChaos({
    ...given,
    ...{ patienceMs: 180_000, quietMs: 15_000, timeScale: 1 / 5_000, tell: say },
  });
  say(`\n${table(figures(outcome))}\n`);
  say(complaints(outcome) || 'Nothing lost, nothing doubled.');
  return isSound(outcome);
}

async function fuzz(store: StoreName, seed: number, oddities: number): Promise<boolean> {
  const report = await fuzzAlone({ store, seed, oddities, tell: say });
  say(`\n${table([['store', store], ['seed', String(seed)], ...fuzzFigures(report)])}\n`);
  for (const what of report.wrong.slice(0, 10)) say(`WRONG  ${what}`);
  return report.wrong.length === 0 && report.repeats.tickets + report.repeats.messages === 0;
}

function positive(name: string, text: string | undefined, otherwise: number): number {
  const number = Number(text ?? otherwise);
  if (!(number > 0)) throw new Error(`--${name} must be a number above 0, not ${text}`);
  return number;
}

function say(line: string): true {
  process.stdout.write(`${line}\n`);
  return true;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}

import type { Instant } from './bot.ts';
import { type Config, type Environment, readConfig } from './config.ts';
import { within } from './lifecycle.ts';
import { hidingFor } from './log.ts';
import { openToLook } from './store.ts';
import { find } from './trace/find.ts';
import { type Story, tell } from './trace/story.ts';

export interface TraceParts {
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly stdout: { write(text: string): unknown };
}

/** To read through a day's jobs; the store itself answers each question within seconds. */
const LIMIT_MS = 60_000;

/**
 * Tells what happened to a request, from what the queue keeps of it for a day.
 *
 * @throws with a sentence when there is nothing to tell, or nobody to ask.
 */
export async function runTrace({ args, environment, stdout }: TraceParts): Promise<number> {
  const [name] = args.filter((arg) => arg !== '--json');
  if (!name) throw new Error('trace needs a reference (7A3F9C), a message id (om_…) or an event id');
  const config = readConfig(environment);
  const stories = await within(LIMIT_MS, readStories(name, config));
  if (stories.length === 0)
    throw new Error(
      `Nothing is kept under "${name}". Requests are kept for 24 hours; a message that the bot left alone leaves nothing ` +
        'here, and its line in the log says why ("decided", by its event id).',
    );
  stdout.write(args.includes('--json') ? `${JSON.stringify(stories, undefined, 2)}\n` : stories.map(print).join('\n'));
  return 0;
}

async function readStories(name: string, config: Config): Promise<readonly Story[]> {
  let last: Error | undefined;
  const store = await openToLook(config, (error) => {
    last = error;
  });
  if (!store)
    throw new Error(
      `No service runs on DATA_DIR ${config.dataDir}, and its PostgreSQL with it: start the service, or set QUEUE_URL.`,
    );
  try {
    await within(REACH_LIMIT_MS, store.ready.then(store.ping)).catch((error: unknown) => {
      throw last ?? error;
    });
    const hide = hidingFor(config);
    const queues = { handoff: await store.queue('handoff', {}), outbox: await store.queue('outbox', {}) };
    const found = await find(name, queues, config.app.appId);
    await Promise.all([queues.handoff.close(), queues.outbox.close()]);
    return found.map((kept) => tell(kept, hide));
  } finally {
    await store.close().catch(() => {});
  }
}

const REACH_LIMIT_MS = 5_000;

/** A line a step: the time in UTC, as in the log, and how long after the ask. */
function print({ reference, jobId, steps }: Story): string {
  const [first] = steps;
  const lines = steps.map(({ at, what }) => `  ${new Date(at).toISOString()}  ${since(first?.at ?? at, at)}  ${what}`);
  return [`${reference} (job ${jobId})`, ...lines, ''].join('\n');
}

const since = (start: Instant, at: Instant) => `+${((at - start) / 1000).toFixed(1)} s`.padStart(9);

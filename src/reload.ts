import { type Config, type Environment, readConfig, type WorkerConfig } from './config.ts';
import type { Log } from './log.ts';
import { readVariables } from './secret-files.ts';

/** Reads something anew and answers how to put it in place; throws when it cannot be read. */
export type Reread = () => Promise<() => void>;

/** On SIGHUP everything is read anew, and is put in place only when all of it could be read. */
export function rereadOnSignal(parts: readonly Reread[], log: Log): void {
  const reread = async () => {
    try {
      for (const put of await Promise.all(parts.map((part) => part()))) put();
      log.info('everything read again');
    } catch (err) {
      log.error({ err }, 'not read again; everything stays as it is');
    }
  };
  let turn = Promise.resolve();
  process.on('SIGHUP', () => {
    turn = turn.then(reread);
  });
}

/** The configuration, whose secrets may change while the service runs. */
export interface LiveConfig {
  current(): Config;
  /** Takes up changed secrets; tells in the log, by name, which changed variables wait for the next start. */
  readonly reread: Reread;
}

/** Taken up without a restart. The store's address is not: connections stand on it. */
const LIVE: ReadonlySet<string> = new Set([
  'FEISHU_APP_SECRET',
  'FEISHU_ENCRYPT_KEY',
  'FEISHU_VERIFICATION_TOKEN',
  'FEISHU_HELPDESK_TOKEN',
  'INTENT_LLM_KEY',
  'ALERT_WEBHOOK',
  'OPS_PASSWORD',
]);
const isLive = (name: string) => LIVE.has(name.replace(/_FILE$/, ''));

export function createLiveConfig(first: Config, readEnvironment: () => Environment, log: Log): LiveConfig {
  const atStart = readVariables(readEnvironment());
  let config = first;
  let inUse = atStart;
  return {
    current: () => config,
    reread: async () => {
      const environment = readEnvironment();
      const next = readConfig(environment);
      const variables = readVariables(environment);
      return () => {
        const taken = changed(inUse, variables).filter(isLive);
        const waiting = changed(atStart, variables).filter((name) => !isLive(name));
        if (taken.length > 0) log.info({ variables: taken }, 'changed secrets are used from now on');
        if (waiting.length > 0) log.warn({ variables: waiting }, 'changed variables are used from the next start on');
        config = withSecretsOf(next, config);
        inUse = variables;
      };
    },
  };
}

type Variables = Readonly<Record<string, string>>;

const changed = (before: Variables, after: Variables) =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name]).sort();

function withSecretsOf(next: Config, config: Config): Config {
  const { app, web, worker, opinion, ops } = config;
  const { password: _, ...open } = ops;
  const { encryptKeys, verificationTokens } = next.web ?? {};
  return {
    ...config,
    app: { ...app, appSecret: next.app.appSecret },
    ops: { ...open, ...(next.ops.password !== undefined && { password: next.ops.password }) },
    ...(web && encryptKeys && verificationTokens && { web: { ...web, encryptKeys, verificationTokens } }),
    ...(worker && next.worker && { worker: withDeskOf(next.worker, worker) }),
    ...(opinion && next.opinion && { opinion: { ...next.opinion, url: opinion.url, model: opinion.model } }),
  };
}

const withDeskOf = ({ desk, alertUrl }: WorkerConfig, worker: WorkerConfig): WorkerConfig => ({
  ...worker,
  desk: { id: worker.desk.id, token: desk.token },
  alertUrl,
});

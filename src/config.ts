import type { z } from 'zod';
import type { Language } from './bot.ts';
import { common, web, worker } from './environment.ts';
import { readVariables } from './secret-files.ts';

/** Names and values as the process got them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type Role = 'web' | 'worker' | 'all';

/** What every role needs: who the bot is at Feishu. */
export interface AppConfig {
  readonly appId: string;
  readonly appSecret: string;
  /** Host of the API, without a trailing slash. */
  readonly apiUrl: string;
}

export interface WebConfig {
  readonly host: string;
  readonly port: number;
  readonly encryptKeys: readonly string[];
  readonly verificationTokens: readonly string[];
}

export interface WorkerConfig {
  readonly desk: { readonly id: string; readonly token: string };
  /** open_ids for `appointed_agents`; empty: any agent. */
  readonly agents: readonly string[];
  /** Host that opens links inside the client. Brands are never mixed. */
  readonly appLinkUrl: string;
  /** What most people of this brand read: for texts in one language when none is known of the person. */
  readonly language: Language;
  readonly reuseMs: number;
  /** Infinite when no request is ever too old. */
  readonly lateMs: number;
  /** Address of a Feishu group robot that tells operations. */
  readonly alertUrl: string | undefined;
}

export interface OpsConfig {
  readonly host: string;
  readonly port: number;
  /** Of the queue page; without one there is none. */
  readonly password?: string;
  /** Whether the queue page may change anything. */
  readonly writable: boolean;
  /** Where traces go; without it there are none. */
  readonly tracesUrl?: string;
}

export interface OpinionConfig {
  readonly url: string;
  readonly model: string;
  /** Absent where the endpoint wants none. */
  readonly key?: string;
}

export interface Config {
  readonly role: Role;
  readonly app: AppConfig;
  /** Events come by webhook. Absent in the worker role, and where they come over the long connection. */
  readonly web?: WebConfig;
  /** Events come over the long connection, which needs no more than the app. Never in the worker role. */
  readonly socket: boolean;
  /** Absent in the web role. */
  readonly worker?: WorkerConfig;
  /** A team's phrases, merged over ours. */
  readonly intentFile?: string;
  /** A team's sentences, in place of ours. */
  readonly wordsFile?: string;
  /** An OpenAI-compatible endpoint that is asked about doubtful messages. */
  readonly opinion?: OpinionConfig;
  /** False where another bot answers what ours cannot. */
  readonly guides: boolean;
  /** A person is welcomed once in this time; 0: never. */
  readonly welcomeMs: number;
  readonly menuKeys: readonly string[];
  /** How the desk is called in sentences; absent: the bot's own name. */
  readonly deskName?: string;
  readonly deskLink?: string;
  readonly ops: OpsConfig;
  /** `redis://`, `rediss://` or `postgres://`; absent: the embedded PostgreSQL in `dataDir`. */
  readonly queueUrl?: string;
  readonly dataDir: string;
  /** Whether the log shows open_ids and chat ids themselves. */
  readonly plainIds: boolean;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}

/** Everything that is wrong with the environment, one line a fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((f) => `  - ${f}`).join('\n')}`,
    );
    this.faults = faults;
  }
}

const HOSTS = {
  feishu: { api: 'https://open.feishu.cn', appLink: 'https://applink.feishu.cn', language: 'zh' },
  lark: { api: 'https://open.larksuite.com', appLink: 'https://applink.larksuite.com', language: 'en' },
} as const;

/** The SDK's own check. What fails it is never connected, and only the SDK's log says so. */
const SOCKET_APP_ID = /^cli_[0-9a-f]{16}$/i;

/** Reads one part of the environment and adds its faults to the list; undefined when it has any. */
function readPart<T>(schema: z.ZodType<T>, env: Environment, faults: string[]): T | undefined {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  for (const issue of result.error.issues) faults.push(`${issue.path.join('.')} ${issue.message}`);
  return undefined;
}

/**
 * Reads the configuration from an environment. An empty variable counts as absent, and a secret may come from a file.
 * Each secret is required only by the roles that use it.
 *
 * @throws ConfigError with every fault at once.
 */
export function readConfig(environment: Environment): Config {
  const faults: string[] = [];
  const env = readVariables(environment, faults);
  // A secret whose file cannot be read is not missing as well.
  const unread = faults.map((fault) => fault.replace(/_FILE .*/s, ' '));
  const all = readPart(common, env, faults);
  const role = env.ROLE ?? 'all';
  const socket = role !== 'worker' && env.FEISHU_EVENTS === 'websocket';
  const front = role === 'worker' || socket ? undefined : readPart(web, env, faults);
  const back = role === 'web' ? undefined : readPart(worker, env, faults);
  if (socket && env.FEISHU_APP_ID && !SOCKET_APP_ID.test(env.FEISHU_APP_ID))
    faults.push(
      'FEISHU_APP_ID must be cli_ and 16 hexadecimal digits: with FEISHU_EVENTS=websocket the SDK takes no other',
    );
  if (env.INTENT_LLM_URL && !env.INTENT_LLM_MODEL)
    faults.push('INTENT_LLM_MODEL is missing: INTENT_LLM_URL needs the name of a model');
  if (role !== 'all' && !env.QUEUE_URL)
    faults.push(`QUEUE_URL is missing: ROLE=${role} shares its queue with other processes`);
  if (!all || faults.length > 0)
    throw new ConfigError(faults.filter((fault) => !unread.some((name) => fault.startsWith(name))));
  const hosts = HOSTS[all.FEISHU_BRAND];
  return {
    role: all.ROLE,
    app: { appId: all.FEISHU_APP_ID, appSecret: all.FEISHU_APP_SECRET, apiUrl: all.FEISHU_API_URL ?? hosts.api },
    ...(front && { web: toWeb(front) }),
    socket,
    ...(back && { worker: toWorker(back, hosts) }),
    ...(all.INTENT_FILE && { intentFile: all.INTENT_FILE }),
    ...(all.WORDS_FILE && { wordsFile: all.WORDS_FILE }),
    ...toOpinion(all),
    guides: all.GUIDE === 'on',
    welcomeMs: all.WELCOME_DAYS,
    menuKeys: all.FEISHU_HANDOFF_MENU_KEYS,
    ...(all.FEISHU_HELPDESK_NAME && { deskName: all.FEISHU_HELPDESK_NAME }),
    ...(all.FEISHU_HELPDESK_LINK && { deskLink: all.FEISHU_HELPDESK_LINK }),
    ops: toOps(all),
    ...(all.QUEUE_URL && { queueUrl: all.QUEUE_URL }),
    dataDir: all.DATA_DIR,
    plainIds: all.LOG_IDS === 'plain',
    logLevel: all.LOG_LEVEL,
  };
}

const toOpinion = ({ INTENT_LLM_URL: url, INTENT_LLM_MODEL: model, INTENT_LLM_KEY: key }: z.infer<typeof common>) =>
  url && model ? { opinion: { url, model, ...(key && { key }) } } : {};

const toOps = ({ OTEL_EXPORTER_OTLP_ENDPOINT: tracesUrl, ...all }: z.infer<typeof common>): OpsConfig => ({
  host: all.OPS_HOST,
  port: all.OPS_PORT,
  ...(all.OPS_PASSWORD && { password: all.OPS_PASSWORD }),
  writable: all.OPS_WRITE === '1',
  ...(tracesUrl && { tracesUrl }),
});

const toWeb = (env: z.infer<typeof web>): WebConfig => ({
  host: env.HOST,
  port: env.PORT,
  encryptKeys: env.FEISHU_ENCRYPT_KEY,
  verificationTokens: env.FEISHU_VERIFICATION_TOKEN,
});

const toWorker = (
  env: z.infer<typeof worker>,
  { appLink, language }: (typeof HOSTS)['feishu' | 'lark'],
): WorkerConfig => ({
  desk: { id: env.FEISHU_HELPDESK_ID, token: env.FEISHU_HELPDESK_TOKEN },
  agents: env.FEISHU_HELPDESK_AGENTS,
  appLinkUrl: appLink,
  language,
  reuseMs: env.HANDOFF_REUSE_MINUTES,
  lateMs: env.LATE_MINUTES || Number.POSITIVE_INFINITY,
  alertUrl: env.ALERT_WEBHOOK,
});

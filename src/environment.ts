import { z } from 'zod';
import { faultOfQueueUrl } from './store/queue-url.ts';

/** The variables by part, with defaults and faults. A fault quotes no value: half of them are secrets. */

const A_YEAR = 366 * 24 * 60;
const list = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
const required = (what: string) => z.string({ error: `is missing: ${what}` });
const secrets = (what: string) =>
  required(what)
    .transform(list)
    .refine((keys) => keys.length > 0, { error: `is empty: ${what}` });
const httpUrl = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
  error: 'must be an http(s) URL, like https://open.feishu.cn',
});
const port = (fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .transform(Number)
    .refine((n) => Number.isInteger(n) && n >= 0 && n <= 65_535, { error: 'must be a port number, 0 to 65535' });
const minutes = (fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .transform(Number)
    .refine((n) => n >= 0 && n <= A_YEAR, { error: 'must be a number of minutes, at most a year; fractions are fine' })
    .transform((n) => n * 60_000);
const days = (fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .transform(Number)
    .refine((n) => n >= 0 && n <= 366, { error: 'must be a number of days, at most 366; fractions are fine' })
    .transform((n) => n * 24 * 60 * 60_000);
const oneOf = <const T extends readonly [string, ...string[]]>(values: T, fallback: T[number]) =>
  z
    .string()
    .default(fallback)
    .pipe(z.enum(values, { error: `must be one of: ${values.join(', ')}` }));
const openIds = z
  .string()
  .default('')
  .transform(list)
  .refine((ids) => ids.every((id) => /^ou_[\w-]+$/.test(id)), {
    error: 'must be open_ids (ou_…), separated by commas',
  });
const queueUrl = z.string().superRefine((text, { addIssue }) => {
  const fault = faultOfQueueUrl(text);
  if (fault !== undefined) addIssue(fault);
});

/** What every role reads. */
export const common = z.object({
  ROLE: oneOf(['web', 'worker', 'all'], 'all'),
  FEISHU_APP_ID: required('the App ID on the credentials page of the app (cli_…)'),
  FEISHU_APP_SECRET: required('the App Secret on the credentials page of the app'),
  FEISHU_BRAND: oneOf(['feishu', 'lark'], 'feishu'),
  FEISHU_API_URL: httpUrl.transform((url) => url.replace(/\/+$/, '')).optional(),
  FEISHU_EVENTS: oneOf(['webhook', 'websocket'], 'webhook'),
  INTENT_FILE: z.string().optional(),
  WORDS_FILE: z.string().optional(),
  INTENT_LLM_URL: httpUrl.optional(),
  INTENT_LLM_MODEL: z.string().optional(),
  INTENT_LLM_KEY: z.string().optional(),
  GUIDE: oneOf(['on', 'off'], 'on'),
  WELCOME_DAYS: days(30),
  FEISHU_HANDOFF_MENU_KEYS: z.string().default('human_agent').transform(list),
  FEISHU_HELPDESK_NAME: z.string().max(100, { error: 'must have at most 100 characters' }).optional(),
  FEISHU_HELPDESK_LINK: httpUrl.optional(),
  QUEUE_URL: queueUrl.optional(),
  DATA_DIR: z.string().default('.data'),
  OPS_HOST: z.string().default('127.0.0.1'),
  OPS_PORT: port(3001),
  OPS_PASSWORD: z.string().optional(),
  OPS_WRITE: oneOf(['0', '1'], '0'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  LOG_IDS: oneOf(['hashed', 'plain'], 'hashed'),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
});

/** What a role with a front door reads. */
export const web = z.object({
  HOST: z.string().default('0.0.0.0'),
  PORT: port(3000),
  FEISHU_ENCRYPT_KEY: secrets('the Encrypt Key on the events page; several, comma-separated, during a rotation'),
  FEISHU_VERIFICATION_TOKEN: secrets(
    'the Verification Token on the events page; several, comma-separated, during a rotation',
  ),
});

/** What a role that works reads. */
export const worker = z.object({
  FEISHU_HELPDESK_ID: required('the id of the service desk, from its admin page').refine((id) => !id.includes(':'), {
    error: 'must not contain a colon',
  }),
  FEISHU_HELPDESK_TOKEN: required('the API token of the service desk, from its admin page'),
  FEISHU_HELPDESK_AGENTS: openIds,
  HANDOFF_REUSE_MINUTES: minutes(10),
  LATE_MINUTES: minutes(10),
  ALERT_WEBHOOK: httpUrl.optional(),
});

/** All that anybody reads. */
export const VARIABLES: ReadonlySet<string> = new Set([common, web, worker].flatMap(({ shape }) => Object.keys(shape)));

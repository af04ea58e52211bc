import { createHmac, hash } from 'node:crypto';
import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';

export type Log = Logger;

/**
 * Logs JSON lines on standard output. What is logged are ids, codes and reasons; a secret that slips into an
 * object is removed by its name, and error objects are cut to name, message and stack (an HTTP client's error carries
 * request headers and bodies). Ids of people and chats are hashed, unless the configuration says otherwise.
 */
export function createLog(config: Pick<Config, 'logLevel' | 'plainIds' | 'app'>): Log {
  const hide = hidingFor(config);
  const ifText = (change: (text: string) => string) => (value: unknown) =>
    typeof value === 'string' ? change(value) : value;
  const describe = (error: unknown) => describeError(error, hide.within);
  return pino({
    level: config.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: (fields) => withoutSecrets(fields) },
    serializers: {
      person: ifText(hide.id),
      group: ifText(hide.id),
      bot: ifText(hide.id),
      why: ifText(hide.within),
      err: describe,
      error: describe,
    },
  });
}

export interface Hiding {
  /** A short hash in place of one id: the same for the same id, so that lines of one person are found together. */
  id(id: string): string;
  /** The text with every open_id and chat id in it hidden. */
  within(text: string): string;
}

const SHOWN: Hiding = { id: (id) => id, within: (text) => text };

export const hidingFor = ({ plainIds, app }: Pick<Config, 'plainIds' | 'app'>): Hiding =>
  plainIds ? SHOWN : createHiding(app.appSecret);

/** The salt is made from the App Secret: every role of a deployment has it, and nobody else. */
export function createHiding(appSecret: string): Hiding {
  const salt = createHmac('sha256', appSecret).update('ids in the log').digest('hex');
  const id = (hidden: string) => {
    const [kind] = /^o[unc](?=_)/.exec(hidden) ?? [''];
    return `${kind}#${hash('sha256', salt + hidden).slice(0, 12)}`;
  };
  return { id, within: (text) => text.replace(/\bo[unc]_[\w-]+/g, id) };
}

const SECRET_NAMES: ReadonlySet<string> = new Set([
  'app_secret',
  'appSecret',
  'token',
  'tenant_access_token',
  'encryptKey',
  'password',
  'authorization',
  'Authorization',
  'text',
  'content',
  'customized_info',
]);

/** Of the fields, and of those of plain objects among them. pino's `redact` costs more than all else in a line. */
export function withoutSecrets(fields: object, levels = 2): Record<string, unknown> {
  const shown = ([name, value]: [string, unknown]): [string, unknown] => {
    if (SECRET_NAMES.has(name)) return [name, '[removed]'];
    return [name, levels > 1 && isPlain(value) ? withoutSecrets(value, levels - 1) : value];
  };
  return Object.fromEntries(Object.entries(fields).map(shown));
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function describeError(error: unknown, hide: (text: string) => string): unknown {
  const clean = (text: string) => hide(withoutPassword(text));
  if (!(error instanceof Error)) return clean(String(error));
  const { name, message, stack = '', cause } = error;
  return {
    name,
    message: clean(message),
    stack: clean(stack),
    ...(cause instanceof Error && { cause: `${cause.name}: ${clean(cause.message)}` }),
  };
}

/** Connection errors of store clients may quote the URL they were given. Its last @ ends the password. */
export function withoutPassword(text: string): string {
  return text.replace(/(:\/\/[^:/@\s]*):\S*@/g, '$1:***@').replace(/([?&]\w*password)=[^&\s]*/gi, '$1=***');
}

import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';

export type Log = Logger;

/**
 * Logs JSON lines on standard output. What is logged are ids, codes and reasons; a secret that slips into an
 * object is removed by its name, and error objects are cut to name, message and stack (an HTTP client's error carries
 * request headers and bodies).
 */
export function createLog(level: Config['logLevel']): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRET_PATHS, censor: '[removed]' },
    serializers: { err: describeError, error: describeError },
  });
}

const SECRET_NAMES = [
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
];
const SECRET_PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`]);

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const cause =
    error.cause instanceof Error ? { cause: `${error.cause.name}: ${withoutPassword(error.cause.message)}` } : {};
  return {
    name: error.name,
    message: withoutPassword(error.message),
    stack: withoutPassword(error.stack ?? ''),
    ...cause,
  };
}

/** Connection errors of store clients may quote the URL they were given. */
function withoutPassword(text: string): string {
  return text.replace(/(:\/\/[^:/@\s]*):[^@\s]*@/g, '$1:***@');
}

import { readFileSync } from 'node:fs';
import type { Environment } from './config.ts';

/** Variables that hold a secret. Each may come from a file instead, whose path stands in `<name>_FILE`. */
export const SECRETS = [
  'FEISHU_APP_SECRET',
  'FEISHU_ENCRYPT_KEY',
  'FEISHU_VERIFICATION_TOKEN',
  'FEISHU_HELPDESK_TOKEN',
  'INTENT_LLM_KEY',
  'ALERT_WEBHOOK',
  'QUEUE_URL',
  'OPS_PASSWORD',
] as const;

type Variables = Readonly<Record<string, string>>;

/** The variables that hold something, secrets from files among them. Adds the faults of those files to the list. */
export function readVariables(environment: Environment, faults: string[] = []): Variables {
  const given = Object.entries(environment).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : []));
  return withSecretFiles(Object.fromEntries(given), faults);
}

/** The variables with the secrets that files hold. `faults` is told, by variable and path, what cannot be read. */
function withSecretFiles(env: Variables, faults: string[]): Variables {
  const secrets = SECRETS.map((name) => {
    const path = env[`${name}_FILE`];
    if (path === undefined) return {};
    try {
      if (env[name]) throw new Error(`and ${name} are both set: give one of the two`);
      return { [name]: readSecret(path) };
    } catch (error) {
      faults.push(`${name}_FILE ${error instanceof Error ? error.message : String(error)}`);
      return {};
    }
  });
  return Object.assign({}, env, ...secrets);
}

/** Whoever writes such a file by an editor or `echo` ends it with a newline that is no part of the secret. */
function readSecret(path: string): string {
  const secret = readText(path).replace(/\r?\n$/, '');
  if (secret.trim() === '') throw new Error(`names an empty file: ${path}`);
  return secret;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new Error(`cannot be read: ${path} (${code})`);
  }
}

import { type Config, ConfigError, type Environment, readConfig } from './config.ts';
import { examineApp, examineBot, examineScopes } from './doctor/app.ts';
import { examineDesk } from './doctor/desk.ts';
import { examineEvents, examineMenu } from './doctor/events.ts';
import { type Finding, PLACE_OF, unknown, well, wrong } from './doctor/finding.ts';
import { print } from './doctor/print.ts';
import { examineQueue } from './doctor/queue.ts';
import { VARIABLES } from './environment.ts';
import { readVariables } from './secret-files.ts';

export interface DoctorParts {
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly stdout: { readonly isTTY?: boolean; write(text: string): unknown };
}

/** Looks at everything the service depends on and changes nothing. Answers the exit code: 1 when something is wrong. */
export async function runDoctor({ args, environment, stdout }: DoctorParts): Promise<number> {
  const findings = await examine(environment);
  const isWell = findings.every(({ verdict }) => verdict !== 'wrong');
  const colours = stdout.isTTY === true && !environment.NO_COLOR;
  stdout.write(
    args.includes('--json') ? `${JSON.stringify({ ok: isWell, findings }, undefined, 2)}\n` : print(findings, colours),
  );
  return isWell ? 0 : 1;
}

async function examine(environment: Environment): Promise<readonly Finding[]> {
  try {
    const config = readConfig(environment);
    const count = Object.keys(readVariables(environment)).filter((name) => VARIABLES.has(name)).length;
    const intake = config.socket ? 'events over the long connection' : config.web ? 'events by webhook' : 'no events';
    const says = `role ${config.role}, ${intake}, ${count} variables set`;
    return [well('environment', says), ...(await examineAll(config))];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map(toFinding);
  }
}

/** A fault begins with the name of its variable. */
function toFinding(fault: string): Finding {
  const [variable = ''] = fault.split(' ');
  const mend = PLACE_OF[variable.replace(/_FILE$/, '')];
  return wrong('environment', fault, { variable, ...(mend && { mend }) });
}

/** Each call once: the token is asked for first, since the others need it, and the rest at the same time. */
async function examineAll(config: Config): Promise<readonly Finding[]> {
  const { app, worker } = config;
  const [{ findings, token }, stored] = await Promise.all([examineApp(app), examineStored(config)]);
  const withToken = async (check: string, look: (token: string) => Promise<Finding>) =>
    token === undefined ? unknown(check, 'not asked: there is no token to ask with') : look(token);
  const asked = await Promise.all([
    withToken('bot', (key) => examineBot(app.apiUrl, key)),
    withToken('scopes', (key) => examineScopes(app.apiUrl, key)),
    ...(worker ? [withToken('service desk', (key) => examineDesk(app.apiUrl, key, worker.desk))] : []),
  ]);
  return [...findings, ...asked, ...stored];
}

const examineStored = (config: Config) =>
  examineQueue(config, async (store) => [
    await examineEvents(store?.ledger, config),
    await examineMenu(store?.ledger, config),
  ]);

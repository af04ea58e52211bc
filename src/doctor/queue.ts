import { access, constants } from 'node:fs/promises';
import type { Config } from '../config.ts';
import { within } from '../lifecycle.ts';
import { withoutPassword } from '../log.ts';
import type { Store } from '../store/contract.ts';
import { openToLook } from '../store.ts';
import { type Finding, unknown, well, wrong } from './finding.ts';

const CHECK = 'queue';
const LIMIT_MS = 4_000;

/** Whether the store can be used, and the store while `look` runs; undefined where there is none to look at. */
export async function examineQueue(
  config: Config,
  look: (store: Store | undefined) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  let last: Error | undefined;
  const store = await openToLook(config, (error) => {
    last = error;
  });
  if (!store) return [await examineFolder(config.dataDir), ...(await look(undefined))];
  try {
    await within(LIMIT_MS, store.ready.then(store.ping));
    return [await examineSettings(store, config), ...(await look(store))];
  } catch (error) {
    const why = withoutPassword(String((last ?? (error as Error)).message));
    const cure = { variable: 'QUEUE_URL', mend: 'start it, or let this machine reach it; or correct the address' };
    return [wrong(CHECK, `the store does not answer: ${why}`, cure), ...(await look(undefined))];
  } finally {
    await store.close().catch(() => {});
  }
}

async function examineSettings(store: Store, { queueUrl }: Config): Promise<Finding> {
  const kind =
    queueUrl === undefined ? 'the embedded PostgreSQL' : queueUrl.startsWith('redis') ? 'Redis' : 'PostgreSQL';
  const advice = await store.advise();
  const faults = advice.filter(({ level }) => level === 'error').map(({ sentence }) => sentence);
  if (faults.length > 0) return wrong(CHECK, faults.join(' '), { variable: 'QUEUE_URL' });
  return well(CHECK, [`${kind} answers.`, ...advice.map(({ sentence }) => sentence)].join(' '));
}

async function examineFolder(dataDir: string): Promise<Finding> {
  const reason = await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  );
  if (reason === undefined || reason === 'ENOENT')
    return unknown(CHECK, `the embedded PostgreSQL in ${dataDir} runs with the service, and no service runs on it now`);
  return wrong(CHECK, `${dataDir} cannot be used: ${reason}`, { variable: 'DATA_DIR' });
}

import type { Fault, Simulator } from '../simulator/index.ts';
import type { Trouble } from './happenings.ts';

const FOR_EVER = Number.POSITIVE_INFINITY;

/** What the desk does while there is trouble. The codes are Feishu's own. */
const FAULTS: Readonly<Record<Exclude<Trouble, 'none'>, Omit<Fault, 'api'>>> = {
  failing: { status: 500, code: 155000, msg: 'internal error' },
  limited: {
    status: 429,
    code: 99991400,
    msg: 'request trigger frequency limit',
    headers: { 'x-ogw-ratelimit-limit': '50', 'x-ogw-ratelimit-reset': '3' },
  },
  'no-access': { status: 401, code: 154402, msg: 'user has no access to this helpdesk' },
  slow: { delayMs: 4_000 },
  // The chat is opened, and nobody is told.
  lost: { drop: 'after' },
};

/** One trouble at a time; `none` is the end of it. */
export function setTrouble(feishu: Simulator, trouble: Trouble): void {
  feishu.clearFaults();
  if (trouble !== 'none') feishu.fault({ api: 'start_service', times: FOR_EVER, ...FAULTS[trouble] });
}

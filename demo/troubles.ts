import type { Fault, Simulator } from '../simulator/index.ts';
import type { Trouble } from './happenings.ts';

/** So old are events that come late: older than `LATE_MINUTES`. */
export const LATE_MS = 20 * 60_000;

const desk = (fault: Omit<Fault, 'api'>): readonly Fault[] => [{ api: 'start_service', ...fault }];

/** Cards of these forms are not taken. */
const refused = (...forms: NonNullable<Fault['form']>[]): readonly Fault[] =>
  forms.flatMap((form) =>
    (['send', 'reply'] as const).map((api) => ({
      ...{ api, form, status: 400, code: 230099 },
      msg: 'Failed to create card content, ext=ErrCode: 200621; ErrMsg: parse card json err;',
    })),
  );

/** What goes wrong while there is trouble. The codes are Feishu's own. */
const FAULTS: Readonly<Record<Trouble, readonly Fault[]>> = {
  none: [],
  failing: desk({ status: 500, code: 155000, msg: 'internal error' }),
  limited: desk({
    status: 429,
    code: 99991400,
    msg: 'request trigger frequency limit',
    headers: { 'x-ogw-ratelimit-limit': '50', 'x-ogw-ratelimit-reset': '3' },
  }),
  'no-access': desk({ status: 401, code: 154402, msg: 'user has no access to this helpdesk' }),
  slow: desk({ delayMs: 4_000 }),
  // The chat is opened, and nobody is told.
  lost: desk({ drop: 'after' }),
  late: [],
  'old-card': refused('card-2.0'),
  'no-card': refused('card-2.0', 'card-1.0'),
};

/** One trouble at a time; `none` is the end of it. */
export function setTrouble(feishu: Simulator, trouble: Trouble): void {
  feishu.clearFaults();
  for (const fault of FAULTS[trouble]) feishu.fault({ ...fault, times: Number.POSITIVE_INFINITY });
}

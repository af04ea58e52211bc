import { createHash } from 'node:crypto';
import type { Answer } from './answer.ts';
import type { ApiName, MessageForm } from './record.ts';

/** Whether Feishu did what was asked before things went wrong. */
export type Moment = 'before' | 'after';

/** Something that goes wrong on purpose. With nothing but `delayMs` the call is slow and otherwise well. */
export interface Fault {
  readonly api: ApiName | 'any';
  /** Only calls about this person. */
  readonly person?: string;
  /** Only messages of this form, so that a card can be refused while a plainer one is not. */
  readonly form?: MessageForm;
  /** How often; 1 unless a probability is given, then without end. */
  readonly times?: number;
  /** 0 to 1, by the simulator's seed. */
  readonly probability?: number;
  readonly delayMs?: number;
  /** The socket is destroyed before or after the effect took place. */
  readonly drop?: Moment;
  /** Never answered; `true` means before the effect. */
  readonly hang?: Moment | true;
  /** The HTTP status to answer with; 400 if only `code` is given. */
  readonly status?: number;
  readonly code?: number;
  readonly msg?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Raw body, such as a gateway's page. */
  readonly body?: string;
  /** The answer lies: the effect took place although it reports a failure. */
  readonly afterEffect?: boolean;
}

export interface SetFault {
  remove(): void;
}

/** What is known of a call. */
interface About {
  readonly person?: string | undefined;
  readonly form?: MessageForm | undefined;
}

export interface Faults {
  add(fault: Fault): SetFault;
  /** The first fault in line for this call, which uses it up once. */
  take(api: ApiName, about: About): Fault | undefined;
  clear(): void;
}

/** Faults in the order they were added; each is passed over by calls it is not for and when its dice say so. */
export function createFaults(seed: number): Faults {
  const random = dice(seed);
  const line: { fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      const entry = { fault, left: fault.times ?? (fault.probability === undefined ? 1 : Number.POSITIVE_INFINITY) };
      line.push(entry);
      return {
        remove: () => {
          entry.left = 0;
        },
      };
    },
    take(api, about) {
      const entry = line.find(
        ({ fault, left }) => left > 0 && concerns(fault, api, about) && random() < (fault.probability ?? 1),
      );
      if (entry) entry.left -= 1;
      return entry?.fault;
    },
    clear: () => void line.splice(0),
  };
}

/** What a fault makes of a call: nothing (it is only slow), an answer of its own, or none at all. */
export function consequence(fault: Fault): Answer | 'drop' | 'hang' | undefined {
  if (fault.drop) return 'drop';
  if (fault.hang) return 'hang';
  const { status, code, body, headers = {} } = fault;
  if (status === undefined && code === undefined && body === undefined) return undefined;
  const said = { code: code ?? -1, msg: fault.msg ?? 'a scripted fault' };
  return { status: status ?? 400, body: body ?? said, headers };
}

/** True if the call must not take effect. */
export function prevents(fault: Fault): boolean {
  if (fault.drop) return fault.drop === 'before';
  if (fault.hang) return fault.hang !== 'after';
  return consequence(fault) !== undefined && !fault.afterEffect;
}

function concerns(fault: Fault, api: ApiName, about: About): boolean {
  return (
    (fault.api === 'any' || fault.api === api) &&
    (fault.person === undefined || fault.person === about.person) &&
    (fault.form === undefined || fault.form === about.form)
  );
}

/** Numbers from 0 to 1 that are the same for the same seed, so that a run with faults can be repeated. */
function dice(seed: number): () => number {
  let thrown = 0;
  return () => {
    thrown += 1;
    return createHash('sha256').update(`${seed}:${thrown}`).digest().readUInt32BE() / 2 ** 32;
  };
}

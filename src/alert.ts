import { FeishuRefused, FeishuUnreachable } from './feishu/errors.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';

/** Tells operations, in a Feishu group, what people alone can mend. */
export interface Alert {
  /** Never throws, and says each cause once in ten minutes, whichever process it meets. */
  failure(what: string, error: unknown): Promise<void>;
}

const QUIET_MS = 10 * 60_000;
const LIMIT_MS = 3_000;

/** What to do about codes that only an operator can do something about. */
const REMEDIES: { readonly [code: number]: string } = {
  154000: 'The request was not understood: check FEISHU_HELPDESK_AGENTS.',
  154001:
    'Check FEISHU_HELPDESK_ID and FEISHU_HELPDESK_TOKEN (a reset of the token on the admin page invalidates the old one at once), and that app and desk are in the same tenant.',
  154004: 'Check FEISHU_HELPDESK_ID and FEISHU_HELPDESK_AGENTS: one of them is unknown.',
  99991403:
    "The tenant's monthly API quota is used up. Nothing is opened or sent until it is raised or the month ends.",
  99991672: 'A scope is missing: grant it in the developer console and publish a version.',
  99991401: "The caller's address is not on the app's allow-list.",
  10003: 'Check FEISHU_APP_ID and FEISHU_APP_SECRET.',
  10014: 'Check FEISHU_APP_ID and FEISHU_APP_SECRET.',
  10015: 'Check FEISHU_APP_SECRET.',
};

export interface AlertParts {
  /** Address of a Feishu group robot; without one nothing is told, and the log has it all the same. */
  readonly url: () => string | undefined;
  readonly ledger: Pick<Ledger, 'first'>;
  readonly log: Log;
}

export function createAlert({ url, ledger, log }: AlertParts): Alert {
  return {
    failure: async (what, error) => {
      const address = url();
      if (!address) return;
      const { cause, text } = describe(error);
      try {
        if (await ledger.first(`alert:${cause}`, QUIET_MS))
          await post(address, `feishu-helpdesk-bot: ${what}. ${text}`);
      } catch (err) {
        log.warn({ err }, 'operations could not be told');
      }
    },
  };
}

/** Codes and log ids only: what Feishu says in words may name a person. */
function describe(error: unknown): { cause: string; text: string } {
  if (error === undefined || error instanceof FeishuUnreachable)
    return { cause: 'unreachable', text: 'Feishu did not answer for too long.' };
  if (!(error instanceof FeishuRefused)) return { cause: 'unexpected', text: 'Nobody expected this: see the log.' };
  const { api, code, status, logId } = error;
  const remedy = (code !== undefined && REMEDIES[code]) || 'See the log.';
  return {
    cause: `${api}:${code ?? status}`,
    text: `${api} was refused with ${code ?? `status ${status}`} (log id ${logId ?? 'none'}). ${remedy}`,
  };
}

async function post(url: string, text: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ msg_type: 'text', content: { text } }),
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const answer = (await response.json().catch(() => ({}))) as { code?: unknown };
  if (!response.ok || (answer.code !== undefined && answer.code !== 0))
    throw new Error(`the robot answered ${response.status}, code ${answer.code}`);
}

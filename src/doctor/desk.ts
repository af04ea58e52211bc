import type { WorkerConfig } from '../config.ts';
import { deskHeader } from '../feishu/api.ts';
import { type Asked, ask, describe, SCOPE_MISSING, type Unanswered } from './ask.ts';
import { type Finding, PLACES, unknown, well, wrong } from './finding.ts';

const CHECK = 'service desk';
const BAD_BODY = 154000;
const BAD_CREDENTIALS = 154001;
const LOOK_BACK_MS = 60_000;

/**
 * Opens no ticket: it reads the newest ones, and where the app may not, sends a request without a person, which can
 * only be refused, for its body when the credentials are right.
 */
export async function examineDesk(apiUrl: string, token: string, desk: WorkerConfig['desk']): Promise<Finding> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json; charset=utf-8',
    ...deskHeader(desk),
  };
  const now = Date.now();
  const query = new URLSearchParams({
    create_time_start: String(now - LOOK_BACK_MS),
    create_time_end: String(now),
    page: '1',
    page_size: '1',
  });
  const listed = await ask('tickets', `${apiUrl}/open-apis/helpdesk/v1/tickets?${query}`, { headers });
  if (codeOf(listed) === 0) return well(CHECK, `Feishu knows desk ${desk.id} and its token`);
  if (codeOf(listed) !== SCOPE_MISSING) return judge(listed);
  const url = `${apiUrl}/open-apis/helpdesk/v1/start_service`;
  return judge(await ask('start_service', url, { method: 'POST', headers, body: '{}' }));
}

function judge(asked: Asked | Unanswered): Finding {
  const code = codeOf(asked);
  if (code === BAD_BODY) return well(CHECK, 'an empty request was refused for its body, not for its credentials');
  if (code === BAD_CREDENTIALS)
    return wrong(CHECK, `the desk's id or token is another one, or it is a desk of another tenant (code ${code})`, {
      variable: 'FEISHU_HELPDESK_TOKEN, FEISHU_HELPDESK_ID',
      mend: `${PLACES.desk}; resetting the token there ends the old one at once`,
    });
  if (code === SCOPE_MISSING)
    return wrong(CHECK, 'helpdesk:helpdesk:access is missing: no chat can be opened', { mend: PLACES.scopes });
  return unknown(CHECK, describe(asked));
}

const codeOf = (asked: Asked | Unanswered) => ('code' in asked ? asked.code : undefined);

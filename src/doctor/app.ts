import type { AppConfig } from '../config.ts';
import { type Asked, ask, describe, type Unanswered } from './ask.ts';
import { type Finding, PLACES, unknown, well, wrong } from './finding.ts';

/** What the app's credentials gave: a token to ask on with, when they are right. */
export interface AppExamined {
  readonly findings: readonly Finding[];
  readonly token?: string;
}

/** One request for a token answers three questions: is Feishu there, does it know us, and what time is it there. */
export async function examineApp({ appId, appSecret, apiUrl }: AppConfig): Promise<AppExamined> {
  const before = Date.now();
  const asked = await ask('token', `${apiUrl}/open-apis/auth/v3/tenant_access_token/internal`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ app_id: appId, app_secret: appSecret }),
  });
  if ('trouble' in asked) {
    const mend = 'let this machine reach it: DNS, firewall, proxy';
    return { findings: [wrong('Feishu', `${apiUrl}: ${asked.trouble}`, { variable: 'FEISHU_API_URL', mend })] };
  }
  const { tenant_access_token: token } = asked.body;
  const findings = [
    well('Feishu', `${apiUrl} answers in ${Date.now() - before} ms`),
    examineClock(asked.date, (before + Date.now()) / 2),
    examineCredentials(asked, appId),
  ];
  return { findings, ...(asked.code === 0 && typeof token === 'string' && { token }) };
}

/** What the look for a lost ticket allows for; a signature's time may be a day off, a late ask is `LATE_MINUTES` old. */
const CLOCK_SLACK_S = 5;

/** `Date` is cut to the second, so Feishu's time is half a second later than it says, more or less. */
function examineClock(feishu: number | undefined, ours: number): Finding {
  if (feishu === undefined) return unknown('clock', 'the answer tells no time');
  const ahead = Math.round((ours - feishu - 500) / 1000);
  const says =
    ahead === 0 ? 'the same as Feishu’s' : `${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} Feishu’s`;
  return Math.abs(ahead) <= CLOCK_SLACK_S
    ? well('clock', says)
    : wrong('clock', says, { mend: 'set this machine by NTP (timedatectl set-ntp true)' });
}

/** Codes of the token endpoint: which variable is at fault, and where it is mended. */
const REFUSALS: Readonly<Record<number, { says: string; variable: string; mend: string }>> = {
  10003: { says: 'Feishu does not take the App ID', variable: 'FEISHU_APP_ID', mend: PLACES.credentials },
  10014: {
    says: 'Feishu knows no such app, or it is disabled',
    variable: 'FEISHU_APP_ID',
    mend: `${PLACES.credentials}; feishu and lark (FEISHU_BRAND) do not know each other's apps`,
  },
  10015: { says: 'the App Secret is another one', variable: 'FEISHU_APP_SECRET', mend: PLACES.credentials },
  99991401: {
    says: "this machine's address is not on the app's allowlist",
    variable: 'FEISHU_APP_ID',
    mend: PLACES.allowList,
  },
};

function examineCredentials(asked: Asked, appId: string): Finding {
  if (asked.code === 0) return well('app credentials', `Feishu knows ${appId} and its secret`);
  const refusal = REFUSALS[asked.code ?? 0];
  if (refusal) return wrong('app credentials', `${refusal.says} (code ${asked.code})`, refusal);
  return unknown('app credentials', describe(asked));
}

const ENABLED = 2;

export async function examineBot(apiUrl: string, token: string): Promise<Finding> {
  const headers = { authorization: `Bearer ${token}` };
  const asked = await ask('bot_info', `${apiUrl}/open-apis/bot/v3/info`, { headers });
  if (!isGood(asked)) return unknown('bot', describe(asked));
  const { open_id, app_name, activate_status: status } = (asked.body.bot ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof open_id !== 'string') return wrong('bot', 'the app has no bot', { mend: PLACES.bot });
  if (status !== ENABLED)
    return wrong('bot', `"${app_name}" is not enabled (activate_status ${status})`, { mend: PLACES.bot });
  return well('bot', `"${app_name}" is enabled`);
}

/** What the bot needs of the tenant: any one of the names will do. */
const NEEDED = [
  { for: 'hear private messages', any: ['im:message.p2p_msg:readonly', 'im:message.p2p_msg'] },
  { for: 'hear its name in groups', any: ['im:message.group_at_msg:readonly', 'im:message.group_at_msg'] },
  { for: 'answer', any: ['im:message:send_as_bot', 'im:message', 'im:message:send'] },
  { for: 'open service chats', any: ['helpdesk:helpdesk:access'] },
] as const;
const BETTER = ['helpdesk:all:readonly', 'helpdesk:all'] as const;

export async function examineScopes(apiUrl: string, token: string): Promise<Finding> {
  const headers = { authorization: `Bearer ${token}` };
  const asked = await ask('scopes', `${apiUrl}/open-apis/application/v6/scopes`, { headers });
  const granted = isGood(asked) ? readGranted(asked.body.data) : undefined;
  if (!granted) return unknown('scopes', describe(asked), { mend: PLACES.scopes });
  const lacks = (any: readonly string[]) => !any.some((name) => granted.has(name));
  const missing = NEEDED.filter(({ any }) => lacks(any));
  if (missing.length > 0) {
    const says = missing.map(({ any: [name], for: what }) => `${name} is missing (to ${what})`).join('; ');
    return wrong('scopes', says, { mend: PLACES.scopes });
  }
  const better = `all that is needed; with ${BETTER[0]} it could also look for the ticket of a call whose answer was lost`;
  return lacks(BETTER) ? well('scopes', better, { mend: PLACES.scopes }) : well('scopes', 'all granted');
}

const GRANTED = 1;

function readGranted(data: unknown): Set<unknown> | undefined {
  const { scopes } = (data ?? {}) as { scopes?: unknown };
  if (!Array.isArray(scopes)) return undefined;
  const entries = scopes as { scope_name?: unknown; grant_status?: unknown }[];
  return new Set(entries.filter((each) => each?.grant_status === GRANTED).map((each) => each.scope_name));
}

const isGood = (asked: Asked | Unanswered): asked is Asked => 'body' in asked && asked.code === 0;

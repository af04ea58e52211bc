import type { OpenId } from '../bot.ts';
import type { Log } from '../log.ts';
import { type Observe, observed } from './observe.ts';
import { requestJson } from './plain-request.ts';
import type { TokenKeeper } from './token.ts';

/** The bot as Feishu knows it. */
export interface Identity {
  /** In this app's open_id space: what a mention of the bot carries. */
  readonly openId: OpenId;
  readonly name: string;
}

export interface Whoami {
  /** Undefined until Feishu has told. */
  current(): Identity | undefined;
  stop(): void;
}

interface WhoamiParts {
  readonly apiUrl: string;
  readonly tokens: TokenKeeper;
  readonly observe: Observe;
  readonly log: Log;
}

/** Asks Feishu who the bot is. `bot` stands at the top level of the answer, not under `data`. */
async function fetchIdentity({ apiUrl, tokens, observe }: Omit<WhoamiParts, 'log'>): Promise<Identity> {
  const token = await tokens.get();
  const body = await observed('bot_info', observe, () =>
    requestJson('bot_info', `${apiUrl}/open-apis/bot/v3/info`, { headers: { authorization: `Bearer ${token}` } }),
  );
  const bot = body.bot as { open_id?: unknown; app_name?: unknown } | undefined;
  if (typeof bot?.open_id !== 'string')
    throw new Error('Feishu told no open_id of the bot: is the bot ability enabled and published?');
  return { openId: bot.open_id as OpenId, name: typeof bot.app_name === 'string' ? bot.app_name : '' };
}

/** Keeps asking until Feishu tells, at most every 15 s; the service runs meanwhile. */
export function createWhoami({ log, ...parts }: WhoamiParts): Whoami {
  let identity: Identity | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const ask = async (waitMs: number): Promise<void> => {
    try {
      identity = await fetchIdentity(parts);
      log.info({ bot: identity.openId, name: identity.name }, 'known to Feishu');
    } catch (err) {
      if (stopped) return;
      log.warn({ err }, 'Feishu does not tell who the bot is; group messages wait');
      timer = setTimeout(() => void ask(Math.min(waitMs * 2, 15_000)), waitMs);
    }
  };
  void ask(500);
  return {
    current: () => identity,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

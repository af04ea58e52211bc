import type { Ask, Handlers, MessageEvent } from '../src/bot.ts';
import type { Guide } from './guide.ts';
import { confirmation } from './handoff.ts';
import type { Decider, Lang } from './intent/types.ts';
import type { Writer } from './words.ts';

export interface MessageParts {
  readonly intent: Decider;
  readonly writer: Writer;
  readonly guide: Guide;
  /** Somebody else is asked about doubtful messages before the person is. */
  readonly hasSecondOpinion: boolean;
}

/** The rules for anger with the bot, in all languages, a team's own among them. */
const ANGRY = /frustration$/;

const WITHOUT_WORDS = { decision: 'other', rule: 'unreadable', lang: undefined } as const;

/** Who wants a human gets one; who may want one is asked; all others learn, now and then, what this bot is for. */
export function createMessageHandler({
  intent,
  writer,
  guide,
  hasSecondOpinion,
}: MessageParts): Handlers['events']['message'] {
  return async (event, tools) => {
    const { decision, rule, lang } = event.text === undefined ? WITHOUT_WORDS : intent.decide(event.text);
    tools.decided({ decision, rule });
    const ask = askOf(event, lang);
    if (decision === 'human') await tools.requestHandoff(ask);
    if (decision === 'cancel') await guide.declined(ask, tools);
    if (decision === 'other') await guide[event.text === undefined ? 'unreadable' : 'ordinary'](ask, tools);
    if (decision !== 'unsure') return undefined;
    if (ANGRY.test(rule)) await guide.angered(tools);
    if (hasSecondOpinion) await tools.requestHandoff({ ...ask, doubtful: true });
    else await tools.say('confirm', confirmation(ask, writer));
    return undefined;
  };
}

const askOf = ({ person, at, text, messageId, group }: MessageEvent, lang: Lang | undefined): Ask => ({
  person,
  at,
  source: 'message',
  ...(text !== undefined && { text }),
  ...(lang && { language: lang === 'mixed' ? 'zh' : lang }),
  ...(messageId && { messageId }),
  ...(group && { group }),
});

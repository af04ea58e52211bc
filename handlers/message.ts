import type { Ask, Handlers } from '../src/bot.ts';
import { confirmation } from './handoff.ts';
import type { Intent } from './intent/types.ts';
import type { Writer } from './words.ts';

export interface MessageParts {
  readonly intent: Pick<Intent, 'decide'>;
  readonly writer: Writer;
  /** Somebody else is asked about doubtful messages before the person is. */
  readonly hasSecondOpinion: boolean;
}

/** Who wants a human gets one; who may want one is asked; all other messages are counted and left alone. */
export function createMessageHandler({
  intent,
  writer,
  hasSecondOpinion,
}: MessageParts): Handlers['events']['message'] {
  return async ({ person, at, text, messageId, group }, { requestHandoff, say, decided }) => {
    const { decision, rule, lang } = intent.decide(text);
    decided({ decision, rule });
    const language = lang === 'mixed' ? 'zh' : lang;
    const ask: Ask = {
      person,
      at,
      source: 'message',
      text,
      language,
      ...(messageId && { messageId }),
      ...(group && { group }),
    };
    if (decision === 'human') await requestHandoff(ask);
    if (decision === 'unsure' && hasSecondOpinion) await requestHandoff({ ...ask, doubtful: true });
    if (decision === 'unsure' && !hasSecondOpinion) await say('confirm', confirmation(ask, writer));
    return undefined;
  };
}

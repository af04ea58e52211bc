import type { Handlers } from '../src/bot.ts';
import type { Intent } from './intent/types.ts';

/** Who wants a human gets one; all other messages are counted and left alone. */
export function createMessageHandler({
  intent,
}: {
  readonly intent: Pick<Intent, 'decide'>;
}): Handlers['events']['message'] {
  return async ({ person, at, text, messageId, group }, { requestHandoff, decided }) => {
    const { decision, rule } = intent.decide(text);
    decided({ decision, rule });
    if (decision !== 'human') return;
    await requestHandoff({
      person,
      at,
      source: 'message',
      text,
      ...(messageId && { messageId }),
      ...(group && { group }),
    });
  };
}

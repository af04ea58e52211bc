import type { Address, Ask } from '../src/bot.ts';

/** Under the message in the private chat, never in a group: links are the asker's own, and so are questions. */
export function privately({ person, messageId, group }: Pick<Ask, 'person' | 'messageId' | 'group'>): Address {
  return messageId && !group ? { kind: 'reply', messageId, person } : { kind: 'person', person };
}

import type { Address, Ask, Handlers, HandoffTools, Opening } from '../src/bot.ts';
import { type CardFacts, cardFor, type Desk } from './words.ts';

/** Below this a failing desk is nobody's business but ours. */
const TELL_AFTER_MS = 20_000;

/** The hand-off: open the chat, pass on its link; or say what happens instead. */
export function createHandoffHandler({ desk }: { readonly desk: () => Desk }): Handlers['jobs']['handoff'] {
  return async (ask, tools) => {
    const opening = await tools.openChat(noteForAgent(ask));
    await tell(opening, ask, tools, { desk: desk(), reference: tools.reference });
    return opening;
  };
}

async function tell(opening: Opening, ask: Ask, { say }: HandoffTools, facts: CardFacts): Promise<void> {
  const to = privately(ask);
  switch (opening.kind) {
    case 'opened':
    case 'repeated': {
      const card = cardFor(opening.kind === 'opened' ? 'linkReady' : 'linkAgain', { ...facts, link: opening.link });
      await say('link', { to, card });
      if (ask.group && ask.messageId) {
        const group = { kind: 'group', messageId: ask.messageId, group: ask.group } as const;
        await say('note', { to: group, card: cardFor('inGroup', facts) });
      }
      return;
    }
    case 'refused': {
      const situation = opening.cause === 'no-access' ? 'noAccess' : 'gaveUp';
      return say('sorry', { to, card: cardFor(situation, { ...facts, link: facts.desk.link }) });
    }
    case 'late':
      return say('late', { to, card: cardFor('late', facts) });
    case 'again':
      if (opening.failingForMs >= TELL_AFTER_MS) await say('trying', { to, card: cardFor('stillTrying', facts) });
      return;
    case 'busy':
      return;
  }
}

/** Links are for the asker alone: under the message in the private chat, never in a group. */
function privately({ person, messageId, group }: Ask): Address {
  return messageId && !group ? { kind: 'reply', messageId, person } : { kind: 'person', person };
}

/** What the agent reads first, so that the person need not say it again. Cut to Feishu's limit by whoever sends it. */
export function noteForAgent({ source, text, group, menuKey }: Ask): string {
  if (source === 'menu') return `机器人菜单 (bot menu)：${menuKey ?? ''}`;
  return `${group ? '群聊 (group chat)' : '私聊 (direct message)'}：${text ?? ''}`;
}

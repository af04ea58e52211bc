import type { Address, Ask, Handlers, HandoffTools, Message, Opening } from '../src/bot.ts';
import { type CardFacts, cardFor, type Desk, openButton, yesOrNo } from './words.ts';

/** Below this a failing desk is nobody's business but ours. */
const TELL_AFTER_MS = 20_000;

const UNOPENED = { unsure: { kind: 'asked' }, other: { kind: 'unwanted' } } as const;

/** The hand-off: open the chat, pass on its link; or say what happens instead. */
export function createHandoffHandler({ desk }: { readonly desk: () => Desk }): Handlers['jobs']['handoff'] {
  return async (ask, tools) => {
    const opinion = ask.doubtful ? await tools.secondOpinion() : 'human';
    const opening = opinion === 'human' ? await tools.openChat(noteForAgent(ask)) : UNOPENED[opinion];
    await tell(opening, ask, tools, { desk: desk(), reference: tools.reference });
    return opening;
  };
}

async function tell(opening: Opening, ask: Ask, { say }: HandoffTools, facts: CardFacts): Promise<void> {
  const to = privately(ask);
  switch (opening.kind) {
    case 'opened':
    case 'repeated': {
      const card = cardFor(opening.kind === 'opened' ? 'linkReady' : 'linkAgain', {
        ...facts,
        buttons: openButton(opening.link),
      });
      await say('link', { to, card });
      if (ask.group && ask.messageId) {
        const group = { kind: 'group', messageId: ask.messageId, group: ask.group } as const;
        await say('note', { to: group, card: cardFor('inGroup', facts) });
      }
      return;
    }
    case 'refused': {
      const situation = opening.cause === 'no-access' ? 'noAccess' : 'gaveUp';
      return say('sorry', { to, card: cardFor(situation, { ...facts, buttons: openButton(facts.desk.link) }) });
    }
    case 'late':
      return say('late', { to, card: cardFor('late', { ...facts, buttons: yesOrNo(ask.person) }) });
    case 'asked':
      return say('confirm', confirmation(ask, facts));
    case 'again':
      if (opening.failingForMs >= TELL_AFTER_MS) await say('trying', { to, card: cardFor('stillTrying', facts) });
      return;
    case 'busy':
    case 'unwanted':
      return;
  }
}

/** The question for a person who may want a human: two buttons, no ticket. In private, since it is theirs to answer. */
export const confirmation = (ask: Ask, facts: CardFacts): Message => ({
  to: privately(ask),
  card: cardFor('confirm', { ...facts, buttons: yesOrNo(ask.person) }),
});

/** Links are for the asker alone: under the message in the private chat, never in a group. */
function privately({ person, messageId, group }: Ask): Address {
  return messageId && !group ? { kind: 'reply', messageId, person } : { kind: 'person', person };
}

/** What the agent reads first, so that the person need not say it again. Cut to Feishu's limit by whoever sends it. */
export function noteForAgent({ source, text, group, menuKey }: Ask): string {
  if (source === 'menu') return `机器人菜单 (bot menu)：${menuKey ?? ''}`;
  if (source === 'press') return '卡片按钮 (button on a card)';
  return `${group ? '群聊 (group chat)' : '私聊 (direct message)'}：${text ?? ''}`;
}

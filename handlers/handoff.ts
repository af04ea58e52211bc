import type { Address, Ask, Handlers, HandoffTools, Message, Opening } from '../src/bot.ts';
import type { CardFacts, Writer } from './words.ts';

/** Below this a failing desk is nobody's business but ours. */
const TELL_AFTER_MS = 20_000;

const UNOPENED = { unsure: { kind: 'asked' }, other: { kind: 'unwanted' } } as const;

/** The hand-off: open the chat, pass on its link; or say what happens instead. */
export function createHandoffHandler({ writer }: { readonly writer: Writer }): Handlers['jobs']['handoff'] {
  return async (ask, tools) => {
    const opinion = ask.doubtful ? await tools.secondOpinion() : 'human';
    const opening = opinion === 'human' ? await tools.openChat(noteForAgent(ask)) : UNOPENED[opinion];
    await tell(opening, ask, tools, writer);
    return opening;
  };
}

async function tell(opening: Opening, ask: Ask, { say, reference }: HandoffTools, writer: Writer): Promise<void> {
  const to = privately(ask);
  const { link: deskLink } = writer.desk();
  switch (opening.kind) {
    case 'opened':
    case 'repeated': {
      const situation = opening.kind === 'opened' ? 'linkReady' : 'linkAgain';
      await say('link', { to, card: writer.card(situation, { reference, buttons: writer.openButton(opening.link) }) });
      if (ask.group && ask.messageId) {
        const group = { kind: 'group', messageId: ask.messageId, group: ask.group } as const;
        await say('note', { to: group, card: writer.card('inGroup', { reference }) });
      }
      return;
    }
    case 'refused': {
      const situation = opening.cause === 'no-access' ? 'noAccess' : 'gaveUp';
      const card = deskLink
        ? writer.card(`${situation}ButDesk`, { reference, buttons: writer.openButton(deskLink) })
        : writer.card(situation, { reference });
      return say('sorry', { to, card });
    }
    case 'late':
      return say('late', { to, card: writer.card('late', { reference, buttons: writer.yesOrNo(ask.person) }) });
    case 'asked':
      return say('confirm', confirmation(ask, writer, { reference }));
    case 'again':
      if (opening.failingForMs < TELL_AFTER_MS) return;
      return say('trying', { to, card: writer.card('stillTrying', { reference }) });
    case 'busy':
    case 'unwanted':
      return;
  }
}

/** The question for a person who may want a human: two buttons, no ticket. In private, since it is theirs to answer. */
export const confirmation = (ask: Ask, writer: Writer, facts: CardFacts = {}): Message => ({
  to: privately(ask),
  card: writer.card('confirm', { ...facts, buttons: writer.yesOrNo(ask.person) }),
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

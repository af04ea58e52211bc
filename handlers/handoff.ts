import type { Ask, FollowUp, Handlers, HandoffTools, Message, Opening } from '../src/bot.ts';
import { privately } from './address.ts';
import type { Guide } from './guide.ts';
import type { CardFacts, Situation, Writer } from './words.ts';

/** Below this a failing desk is nobody's business but ours. */
const TELL_AFTER_MS = 20_000;

const UNOPENED = { unsure: { kind: 'asked' }, other: { kind: 'unwanted' } } as const;

export interface HandoffParts {
  readonly writer: Writer;
  readonly guide: Guide;
}

/** The hand-off: open the chat, pass on its link; or say what happens instead. */
export function createHandoffHandler({ writer, guide }: HandoffParts): Handlers['jobs']['handoff'] {
  return async (ask, tools) => {
    const opinion = ask.doubtful ? await tools.secondOpinion() : 'human';
    const opening = opinion === 'human' ? await tools.openChat(noteForAgent(ask)) : UNOPENED[opinion];
    if ('link' in opening) await guide.arrived(tools);
    if (opening.kind === 'unwanted') await guide.ordinary(ask, tools);
    else await tell(opening, ask, tools, writer);
    return opening;
  };
}

type Told = Exclude<Opening, { kind: 'unwanted' }>;

async function tell(opening: Told, ask: Ask, { say, reference }: HandoffTools, writer: Writer): Promise<void> {
  const { link: deskLink } = writer.desk();
  const tell = (name: string, situation: Situation, facts: CardFacts = {}, noted?: Situation) =>
    say(name, toAsker(ask, writer, situation, { reference, ...facts }, noted));
  switch (opening.kind) {
    case 'opened':
      return tell('link', 'linkReady', { buttons: writer.openButton(opening.link) }, 'inGroup');
    case 'repeated': {
      const { link, since } = opening;
      const buttons = [...writer.openButton(link), writer.newButton(ask.person, since)];
      return tell('link', 'linkAgain', { time: since, buttons }, 'inGroup');
    }
    case 'refused': {
      const situation = opening.cause === 'no-access' ? 'noAccess' : 'gaveUp';
      if (!deskLink) return tell('sorry', situation);
      return tell('sorry', `${situation}ButDesk`, { buttons: writer.openButton(deskLink) });
    }
    case 'late':
      return tell('late', 'late', { time: ask.at, buttons: writer.yesOrNo(ask) });
    case 'asked':
      return say('confirm', confirmation(ask, writer, { reference }));
    case 'again':
      if (opening.failingForMs >= TELL_AFTER_MS) await tell('trying', 'stillTrying');
      return;
    case 'busy':
      return;
  }
}

/** The question for a person who may want a human: two buttons, no ticket. In private, since it is theirs to answer. */
export const confirmation = (ask: Ask, writer: Writer, facts: CardFacts = {}): Message =>
  toAsker(ask, writer, 'confirm', { ...facts, buttons: writer.yesOrNo(ask) });

/**
 * To the asker alone. Their group is told of it only when it has happened (`noted`), or that it cannot; who asked in
 * private and cannot be written to can be told nowhere.
 */
function toAsker(ask: Ask, writer: Writer, situation: Situation, facts: CardFacts, noted?: Situation): Message {
  const { group, messageId, language } = ask;
  const wrote = language && { language };
  const message = { to: privately(ask), card: writer.card(situation, facts), ...wrote };
  if (!group || !messageId) return message;
  const follow = (name: string, said: Situation): FollowUp => ({
    name,
    to: { kind: 'group', messageId, group },
    card: writer.card(said, { ...facts, buttons: [] }),
    ...wrote,
  });
  const unsent = follow('unreached', 'unreachable');
  return { ...message, after: noted ? { sent: follow('note', noted), unsent } : { unsent } };
}

/** What the agent reads first, so that the person need not say it again. Cut to Feishu's limit by whoever sends it. */
export function noteForAgent({ source, text, group, menuKey, insteadOf }: Ask): string {
  if (source === 'menu') return `机器人菜单 (bot menu)：${menuKey ?? ''}`;
  if (insteadOf !== undefined) return '卡片按钮：重新开一个会话 (button on a card: a new chat)';
  if (source === 'press') return '卡片按钮 (button on a card)';
  return `${group ? '群聊 (group chat)' : '私聊 (direct message)'}：${text ?? ''}`;
}

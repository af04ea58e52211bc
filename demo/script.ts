import type { ShownMessage, Simulator } from '../simulator/index.ts';

/** One step of the played conversation. */
export interface Step {
  readonly title: string;
  /** What the person does, as the transcript shows it. */
  readonly says: string;
  /** Does it, and answers what the person then sees and what else is worth knowing; throws when it did not happen. */
  play(): Promise<Outcome>;
}

export interface Outcome {
  readonly shown: readonly ShownMessage[];
  readonly note: string;
}

/** How long a person would wait before calling it broken. */
const PATIENCE = { timeoutMs: 10_000 };

/** The short conversation: each step is one promise of the bot. */
export function createScript(feishu: Simulator): readonly Step[] {
  const [lin, sato] = [feishu.newPerson(), feishu.newPerson()];
  const first = feishu.events.text({ person: lin, text: '打印机一直卡纸，帮我转人工' });

  const answered = (person: string, count: number) =>
    feishu.waitFor(
      () => (feishu.messagesTo(person).length >= count ? feishu.messagesTo(person).slice(count - 1) : undefined),
      PATIENCE,
    );
  const expectStatus = async (delivery: Promise<{ status: number }>, status: number) => {
    const { status: got } = await delivery;
    if (got !== status) throw new Error(`the service answered ${got} instead of ${status}`);
  };
  /** A later ask is answered in order, so whatever the step before it set off is done by then. */
  const settled = async () => {
    const witness = feishu.newPerson();
    await feishu.deliver(feishu.events.menu({ person: witness, key: 'human_agent' }));
    await answered(witness, 1);
  };

  return [
    {
      title: 'Lin asks for a human',
      says: '打印机一直卡纸，帮我转人工',
      play: async () => {
        await expectStatus(feishu.deliver(first), 200);
        const shown = await answered(lin, 1);
        return { shown, note: `a service chat was opened; its link: ${linkIn(shown)}` };
      },
    },
    {
      title: 'Sato presses the menu button',
      says: '[menu: human_agent]',
      play: async () => {
        await expectStatus(feishu.deliver(feishu.events.menu({ person: sato, key: 'human_agent' })), 200);
        const shown = await answered(sato, 1);
        return { shown, note: `a service chat of her own: ${linkIn(shown)}` };
      },
    },
    {
      title: 'Feishu delivers the first message again',
      says: '(the same event, once more)',
      play: async () => {
        await expectStatus(feishu.deliver(first), 200);
        await settled();
        expectCount('messages to Lin', feishu.messagesTo(lin).length, 1);
        expectCount('chats for Lin', ticketsOf(feishu, lin), 1);
        return { shown: [], note: 'nothing new: still one chat and one message' };
      },
    },
    {
      title: 'Sato asks an ordinary question',
      says: '年假还剩几天怎么查？',
      play: async () => {
        await expectStatus(feishu.deliver(feishu.events.text({ person: sato, text: '年假还剩几天怎么查？' })), 200);
        const shown = await answered(sato, 2);
        await settled();
        expectCount('chats for Sato', ticketsOf(feishu, sato), 1);
        return { shown, note: 'no chat is opened, no agent is disturbed, and Sato knows where to go' };
      },
    },
    {
      title: 'Somebody forges an event',
      says: '(转人工, signed with a guessed key)',
      play: async () => {
        const victim = feishu.newPerson();
        const forged = feishu.events.text({ person: victim, text: '转人工' });
        await expectStatus(feishu.deliver(forged, { signingKey: 'guessed' }), 401);
        await settled();
        expectCount('chats for the victim', ticketsOf(feishu, victim), 0);
        return { shown: [], note: 'refused with 401, and nothing was done' };
      },
    },
  ];
}

const ticketsOf = (feishu: Simulator, person: string) =>
  feishu.tickets.filter((ticket) => ticket.person === person).length;

function expectCount(what: string, got: number, expected: number): void {
  if (got !== expected) throw new Error(`${what}: ${got} instead of ${expected}`);
}

function linkIn(shown: readonly ShownMessage[]): string {
  const link = shown.flatMap(({ links }) => links)[0];
  if (!link) throw new Error('the answer has no link');
  return link;
}

import { newId } from './options.ts';

/** A message someone wrote, or the bot did. */
export interface KnownMessage {
  readonly messageId: string;
  /** Who is reached by a reply: the person in private, else the group's chat id. */
  readonly to: string;
  readonly chatId: string;
}

/** A message to make known, so that it can be replied to. */
export interface WrittenMessage {
  readonly messageId: string;
  readonly person: string;
  readonly group?: string | undefined;
  /** Only where it is not the one the simulator would give. */
  readonly chatId?: string | undefined;
}

/** How Feishu treats a person or group; what is absent is as usual. */
export interface Restriction {
  /** False: outside the desk's visible range (154402). */
  readonly deskAccess?: boolean;
  /** The code every message to them is refused with, such as 230053 or 230013. */
  readonly refuses?: number;
}

/** Who and what exists in the tenant, as far as the simulator needs to know. */
export interface Directory {
  /** The private chat of this person with the bot. */
  privateChat(person: string): string;
  know(message: WrittenMessage): void;
  message(messageId: string): KnownMessage | undefined;
  /** Which person or group a chat id reaches; nobody where the bot is not a member, such as a service chat. */
  reachedBy(chatId: string): string | undefined;
  recall(messageId: string): void;
  recalled(messageId: string): boolean;
  restrict(id: string, restriction: Restriction): void;
  restriction(id: string): Restriction;
}

/** Starts empty: every `ou_…` is somebody, while a message or a group must have been seen. */
export function createDirectory(appId: string): Directory {
  const messages = new Map<string, KnownMessage>();
  const chats = new Map<string, string>();
  const recalled = new Set<string>();
  const restrictions = new Map<string, Restriction>();
  const privateChat = (person: string) => {
    const chatId = newId('oc', `${appId} ${person}`);
    chats.set(chatId, person);
    return chatId;
  };
  return {
    privateChat,
    know({ messageId, person, group, chatId = group ?? privateChat(person) }) {
      chats.set(chatId, group ?? person);
      messages.set(messageId, { messageId, to: group ?? person, chatId });
    },
    message: (messageId) => messages.get(messageId),
    reachedBy: (chatId) => chats.get(chatId),
    recall: (messageId) => void recalled.add(messageId),
    recalled: (messageId) => recalled.has(messageId),
    restrict: (id, restriction) => void restrictions.set(id, restriction),
    restriction: (id) => restrictions.get(id) ?? {},
  };
}

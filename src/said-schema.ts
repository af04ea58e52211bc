import { z } from 'zod';
import type { ChatId, Language, Message, MessageId, OpenId } from './bot.ts';

export const instant = z.number();
export const id = <Id extends string>() => z.custom<Id>((value) => typeof value === 'string' && value !== '');

export const language = z.enum(['zh', 'en', 'ja']) satisfies z.ZodType<Language>;

const words = z.object({ zh: z.string(), en: z.string(), ja: z.string() });

const press = z.discriminatedUnion('does', [
  z.object({ does: z.enum(['handoff', 'dismiss', 'again']), person: id<OpenId>() }),
  z.object({ does: z.literal('open-new'), person: id<OpenId>(), since: instant }),
]);

const said = z.object({
  to: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('reply'), messageId: id<MessageId>(), person: id<OpenId>() }),
    z.object({ kind: z.literal('person'), person: id<OpenId>() }),
    z.object({ kind: z.literal('group'), messageId: id<MessageId>(), group: id<ChatId>() }),
  ]),
  card: z.object({
    title: words,
    tone: z.enum(['ready', 'closed', 'problem']),
    body: words,
    time: instant.exactOptional(),
    buttons: z
      .array(
        z.union([
          z.object({ label: words, link: z.string() }),
          z.object({ label: words, press, instead: words.exactOptional() }),
        ]),
      )
      .readonly(),
    buttonsFirst: z.literal(true).exactOptional(),
    footer: words.exactOptional(),
  }),
  language: language.exactOptional(),
  courtesy: z.literal(true).exactOptional(),
});

const followUp = said.extend({ name: z.string() });

/** What is said, as it stands in a job. */
export const message = said.extend({
  after: z.object({ sent: followUp.exactOptional(), unsent: followUp.exactOptional() }).exactOptional(),
}) satisfies z.ZodType<Message>;

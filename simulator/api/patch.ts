import { type Answer, done, refuse } from '../answer.ts';
import { fieldsOf } from '../json.ts';
import { createQuota, recipientWindows } from '../quota.ts';
import { readable } from '../reading.ts';
import type { ShownMessage } from '../record.ts';
import type { Api, Tenant } from './api.ts';
import { readContent } from './content.ts';

const updatableMs = 14 * 24 * 60 * 60 * 1000;

/** Replaces a card. Feishu docs: own cards only, within 14 days, 5/s per message, `update_multi` in both. */
export function patchApi({ settings, recording, directory }: Tenant): Api {
  const quota = createQuota(recipientWindows);
  const shown = (messageId: string | undefined) =>
    recording.messages.find((message) => message.messageId === messageId);

  const refusal = (message: ShownMessage | undefined): Answer | undefined => {
    if (message?.type !== 'interactive') return refuse(400, 230001, 'This message is not a card of yours.');
    if (directory.recalled(message.messageId)) return refuse(400, 230011, 'The message was withdrawn.');
    if (settings.now() - message.at > updatableMs) return refuse(400, 230031, 'The message is older than 14 days.');
    if (!isShared(message.content)) return refuse(400, 230001, 'The card was sent without update_multi.');
    const tooFast = settings.enforceQuota && quota.admit(message.messageId, settings.now()) !== undefined;
    return tooFast ? refuse(400, 230020, 'This operation triggers the frequency limit.') : undefined;
  };

  const replace = (message: ShownMessage | undefined, content: unknown): Answer => {
    if (message) Object.assign(message, { content, ...readable(content), updates: message.updates + 1 });
    recording.touch();
    return done({ data: {} });
  };

  return {
    name: 'patch',
    method: 'PATCH',
    path: /^\/open-apis\/im\/v1\/messages\/([^/]+)$/,
    needs: 'tenant',
    quota: 'patch',
    about: ({ params }) => ({ person: shown(params[0])?.to }),
    accept: ({ params, body }) => {
      const { content } = fieldsOf(body);
      if (typeof content !== 'string') return refuse(400, 9499, 'Invalid parameter type in json: content');
      const read = readContent('interactive', content);
      if ('refusal' in read) return read.refusal;
      if (!isShared(read.content)) return refuse(400, 230001, 'The new card has no update_multi.');
      const message = shown(params[0]);
      return refusal(message) ?? (() => replace(message, read.content));
    },
  };
}

function isShared(card: unknown): boolean {
  const { schema, config } = fieldsOf(card);
  return fieldsOf(config).update_multi === true || (schema === '2.0' && fieldsOf(config).update_multi === undefined);
}

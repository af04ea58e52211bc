import { Agent } from 'node:http';
import { type Delivery, feishuWaitsMs, type How, pack, post } from './delivery.ts';
import type { Directory } from './directory.ts';
import type { FeishuEvent } from './envelope.ts';
import { learn } from './events.ts';
import { climb, type LadderOptions } from './ladder.ts';
import type { Settings } from './options.ts';
import type { Recording } from './record.ts';
import type { SocketDesk } from './socket/connections.ts';

/** Feishu's side of event delivery. */
export interface Courier {
  /**
   * One POST to the webhook, as Feishu or as someone who pretends to be; or one event over the long connection, where
   * the status is the code of the answer. Any JSON value can be delivered.
   */
  deliver(event: unknown, how?: How): Promise<Delivery>;
  /** Again and again on the redelivery ladder, until a 200. */
  deliverWithRetries(event: FeishuEvent<object>, options?: LadderOptions): Promise<Delivery[]>;
  /** What Feishu sends when the address is saved in the console: never signed, and it waits for 1 s only. */
  verifyUrl(options?: { readonly challenge?: string } & How): Promise<Delivery>;
}

interface Parts {
  readonly settings: Settings;
  readonly directory: Directory;
  readonly recording: Recording;
  readonly webhook: () => string | undefined;
  readonly sockets: SocketDesk;
  readonly closed: AbortSignal;
}

/** Delivers over kept-alive connections, as one sender with much to say would. */
export function createCourier({ settings, directory, recording, webhook, sockets, closed }: Parts): Courier {
  const { app, now, subscription, timeScale } = settings;
  const agent = new Agent({ keepAlive: true });
  closed.addEventListener('abort', () => agent.destroy());

  const send = (event: unknown, how: How): Promise<Delivery> => {
    if (subscription === 'websocket' && how.url === undefined)
      return sockets.deliver(Buffer.from(how.body ?? JSON.stringify(event)), how.timeoutMs ?? feishuWaitsMs);
    const url = how.url ?? webhook();
    if (url === undefined) throw new Error('Nowhere to deliver to: set simulator.webhook first');
    return post(url, pack(event, how, app, now()), how, agent);
  };
  const deliver = async (event: unknown, how: How, attempt: number): Promise<Delivery> => {
    learn(event, directory);
    const at = now();
    const delivery = await send(event, how);
    const { header } = (event ?? {}) as Partial<FeishuEvent>;
    const names = header ? { eventId: header.event_id, eventType: header.event_type } : {};
    const { status, ms } = delivery;
    recording.add({ kind: 'delivery', delivery: { ...names, attempt, at, ms, status } });
    return delivery;
  };

  return {
    deliver: (event, how = {}) => deliver(event, how, 1),
    deliverWithRetries: (event, options = {}) =>
      climb(event as FeishuEvent, options, {
        deliver: (again, attempt) => deliver(again, {}, attempt),
        timeScale,
        closed,
      }),
    verifyUrl: ({ challenge = 'demo-challenge', token = app.verificationToken, ...how } = {}) =>
      deliver({ challenge, token, type: 'url_verification' }, { signed: false, timeoutMs: 1_000, ...how }, 1),
  };
}

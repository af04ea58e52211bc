import { randomUUID } from 'node:crypto';
import { type App, newId } from './options.ts';

/** The envelope "schema 2.0". */
export interface FeishuEvent<Body extends object = Record<string, unknown>> {
  readonly schema: '2.0';
  readonly header: {
    readonly event_id: string;
    readonly event_type: string;
    readonly create_time: string;
    readonly token: string;
    readonly app_id: string;
    readonly tenant_key: string;
  };
  readonly event: Body;
}

export interface EventOptions {
  readonly eventId?: string;
  /** How long ago it happened. */
  readonly ageMs?: number;
}

/** Puts an event's body into its envelope. */
export function wrap<Body extends object>(
  type: string,
  event: Body,
  { eventId, at, app }: { readonly eventId: string | undefined; readonly at: number; readonly app: App },
): FeishuEvent<Body> {
  return {
    schema: '2.0',
    header: {
      event_id: eventId ?? randomUUID().replaceAll('-', ''),
      event_type: type,
      create_time: String(at),
      token: app.verificationToken,
      app_id: app.id,
      tenant_key: 'demo-tenant',
    },
    event,
  };
}

/** The same event, as if it had happened so many ms earlier: every time in it is moved back. */
export function aged(event: FeishuEvent, ms: number): FeishuEvent {
  const { message, timestamp } = event.event;
  return {
    ...event,
    header: { ...event.header, create_time: earlier(event.header.create_time, ms) },
    event: {
      ...event.event,
      ...(isTimed(message) && { message: { ...message, ...agedTimes(message, ms) } }),
      ...(typeof timestamp === 'number' && { timestamp: timestamp - Math.round(ms / 1000) }),
      ...(typeof timestamp === 'string' && { timestamp: String(Number(timestamp) - Math.round(ms / 1000)) }),
    },
  };
}

/** The ids of a person. `user_id` needs a scope the bot does not ask for, so it is null. */
export function userIds(person: string): { open_id: string; union_id: string; user_id: null } {
  return { open_id: person, union_id: newId('on', person), user_id: null };
}

interface Timed {
  readonly create_time: string;
  readonly update_time: string;
}

function isTimed(value: unknown): value is Timed {
  return typeof value === 'object' && value !== null && 'create_time' in value && 'update_time' in value;
}

function agedTimes(message: Timed, ms: number): Timed {
  return { create_time: earlier(message.create_time, ms), update_time: earlier(message.update_time, ms) };
}

/** Sixteen digits are microseconds, thirteen milliseconds. */
function earlier(time: string, ms: number): string {
  return String(Number(time) - Math.round(ms) * (time.length >= 16 ? 1000 : 1));
}

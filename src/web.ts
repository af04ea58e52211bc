import { createServer, type Server } from 'node:http';
import Koa from 'koa';
import Router from 'koa-router';
import getRawBody from 'raw-body';
import { DeliveryRejected, type DeliverySecrets, openDelivery } from './feishu/delivery.ts';
import type { Log } from './log.ts';
import type { EventOutcome, Metrics } from './metrics.ts';
import { type Receive, tellNotTaken } from './receive.ts';

export const EVENTS_PATH = '/feishu/events';

/** Feishu's own limit for a card is 30 KB and for a text 150 KB; an event is smaller than a megabyte by far. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface WebParts {
  /** Asked for each delivery: they may change while the service runs. */
  readonly secrets: () => DeliverySecrets;
  readonly receive: Receive;
  readonly metrics: Pick<Metrics, 'event'>;
  readonly log: Log;
}

interface Answered {
  readonly status: number;
  readonly body: object;
  readonly kind: string;
  readonly outcome: EventOutcome | Promise<EventOutcome>;
}

/** The door: raw bytes in, a status out. Feishu gets its 200 when the event is in safe hands, and not before. */
export function createWeb({ secrets, receive, metrics, log }: WebParts): Koa {
  const app = new Koa();
  const router = new Router();
  router.post(EVENTS_PATH, async (ctx) => {
    const started = performance.now();
    const { status, body, kind, outcome } = await answer(ctx.req, { secrets, receive, log });
    ctx.status = status;
    ctx.body = body;
    // What is left of a body that was too large is not read.
    if (status === 413) ctx.set('Connection', 'close');
    metrics.event(kind, outcome, (performance.now() - started) / 1000);
  });
  router.all(EVENTS_PATH, (ctx) => {
    ctx.status = 405;
    ctx.set('Allow', 'POST');
  });
  app.use(refuseUnreadablePath);
  app.use(router.routes());
  // A connection that broke while we read or wrote it is the sender's to repeat.
  app.on('error', (err) => log.debug({ err }, 'connection failed'));
  return app;
}

/** A request line like `http://[::/` makes Koa throw at the first look at its path. */
async function refuseUnreadablePath(ctx: Koa.Context, next: Koa.Next): Promise<void> {
  try {
    void ctx.path;
  } catch {
    ctx.status = 400;
    return;
  }
  await next();
}

type AnswerParts = Pick<WebParts, 'secrets' | 'receive' | 'log'>;

async function answer(req: Koa.Context['req'], { secrets, receive, log }: AnswerParts): Promise<Answered> {
  try {
    const body = await readBody(req);
    const opened = openDelivery(body, req.headers, secrets(), Date.now());
    if (opened.kind === 'challenge') {
      return { status: 200, body: { challenge: opened.challenge }, kind: 'url_verification', outcome: 'challenge' };
    }
    const { kind, outcome, reply } = await receive(opened.payload);
    return { status: 200, body: reply ?? { msg: 'success' }, kind, outcome };
  } catch (error) {
    if (error instanceof DeliveryRejected) {
      log.warn({ reason: error.reason }, 'delivery rejected');
      return { status: error.status, body: { msg: 'rejected' }, kind: 'unknown', outcome: `rejected_${error.reason}` };
    }
    tellNotTaken(error, log);
    return { status: 503, body: { msg: 'unavailable' }, kind: 'unknown', outcome: 'unavailable' };
  }
}

async function readBody(req: Koa.Context['req']): Promise<Buffer> {
  try {
    return await getRawBody(req, { limit: MAX_BODY_BYTES, length: req.headers['content-length'] ?? null });
  } catch (error) {
    const tooLarge = error instanceof Error && 'type' in error && error.type === 'entity.too.large';
    throw tooLarge ? new DeliveryRejected(413, 'size') : new DeliveryRejected(400, 'unreadable');
  }
}

/**
 * The server behind the door. A slow sender is cut off within the second (Node looks every half minute unless told
 * otherwise); the pause between Feishu's requests on a kept connection is not.
 */
export function createWebServer(app: Koa): Server {
  const limits = {
    headersTimeout: 5_000,
    requestTimeout: 10_000,
    keepAliveTimeout: 75_000,
    connectionsCheckingInterval: 1_000,
  };
  return createServer(limits, app.callback());
}

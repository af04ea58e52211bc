import type Koa from 'koa';
import { sameSecret } from './feishu/crypto.ts';
import { StoreUnavailable } from './store/contract.ts';

export const QUEUES_PATH = '/queues';

/** The page's own files alone: the board asks for a font of Google's, which many networks wait for in vain. */
const POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

export interface QueuePage {
  readonly serve: Koa.Middleware;
  /** From now on there is something to see. Loaded by the first visit, so that a start does not pay for it. */
  open(load: () => Promise<Koa.Middleware>): void;
}

/** The queue page, for whoever knows the password; while none is set there is no such page. */
export function createQueuePage(password: () => string | undefined): QueuePage {
  let load = async (): Promise<Koa.Middleware> => {
    throw new StoreUnavailable('not reached yet');
  };
  let board: Promise<Koa.Middleware> | undefined;
  const serve: Koa.Middleware = async (ctx, next) => {
    const expected = password();
    if (expected === undefined || !`${ctx.path}/`.startsWith(`${QUEUES_PATH}/`)) return next();
    ctx.set({ 'Cache-Control': 'no-store', 'Content-Security-Policy': POLICY });
    if (!sameSecret(passwordIn(ctx.get('Authorization')), expected)) {
      ctx.status = 401;
      ctx.set('WWW-Authenticate', 'Basic realm="queues", charset="UTF-8"');
      return;
    }
    board ??= load();
    try {
      return await (await board)(ctx, next);
    } catch (error) {
      board = undefined;
      if (!(error instanceof StoreUnavailable)) throw error;
      ctx.status = 503;
      ctx.body = error.message;
    }
  };
  return {
    serve,
    open: (next) => {
      load = next;
    },
  };
}

/** Of `Basic base64(user:password)`; a user name has no colon, a password may. */
function passwordIn(header: string): string {
  const [, sealed = ''] = /^basic +(\S+) *$/i.exec(header) ?? [];
  const pair = Buffer.from(sealed, 'base64').toString('utf8');
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : '';
}

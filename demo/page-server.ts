import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import Koa, { type Context } from 'koa';
import Router from 'koa-router';
import readBody from 'raw-body';
import type { Intent } from '../handlers/intent/types.ts';
import type { Simulator } from '../simulator/index.ts';
import { createActions, parseAction } from './actions.ts';
import { readFigures } from './figures.ts';
import { guard } from './guard.ts';
import { createStage, type Stage } from './stage.ts';

const FOLDER = new URL('page/', import.meta.url);
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const BODY_LIMIT = '64kb';
const COUNT_EVERY_MS = 1_000;

export interface PageOptions {
  readonly feishu: Simulator;
  /** The service's own address for operations. */
  readonly ops: string;
  /** Decides as the service does, whose own decision leaves it only as a count. */
  readonly intent: Pick<Intent, 'decide'>;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface Page {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the page on the loopback; it shows what happens from now on. */
export async function servePage({ feishu, ops, port, intent }: PageOptions): Promise<Page> {
  const stage = createStage(feishu);
  const act = createActions({ feishu, stage, intent });
  const router = new Router();
  for (const name of readdirSync(FOLDER).filter((file) => TYPES[extname(file)])) {
    router.get(name === 'index.html' ? '/' : `/${name}`, async (ctx) => {
      ctx.set('content-type', TYPES[extname(name)] ?? '');
      ctx.body = await readFile(new URL(name, FOLDER));
    });
  }
  router.get('/happenings', (ctx) => stream(ctx, stage));
  router.post('/do', async (ctx) => {
    ctx.body = await act(parseAction(await readJson(ctx)));
  });

  const app = new Koa();
  app.use(guard);
  app.use(router.routes());
  app.use(router.allowedMethods());
  const server = createServer(app.callback());
  await listening(server, port);
  const counting = setInterval(() => void count(ops, stage), COUNT_EVERY_MS);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      clearInterval(counting);
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function readJson(ctx: Context): Promise<unknown> {
  if (!ctx.is('application/json')) ctx.throw(415, 'only JSON');
  const text = await readBody(ctx.req, { encoding: 'utf8', limit: BODY_LIMIT });
  try {
    return JSON.parse(text);
  } catch {
    return ctx.throw(400, 'no JSON');
  }
}

/** Server-sent events: what happened since the page last heard of it, then what happens. */
function stream(ctx: Context, stage: Stage): void {
  // An answer without end is no body that Koa could send.
  ctx.respond = false;
  const { res } = ctx;
  const tell = (id: number) => res.write(`id: ${id}\ndata: ${JSON.stringify(stage.happenings[id])}\n\n`);
  const tellState = () => res.write(`event: state\ndata: ${JSON.stringify(stage.state())}\n\n`);
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  tellState();
  const heard = ctx.get('last-event-id');
  for (let id = heard === '' ? 0 : Number(heard) + 1; id < stage.happenings.length; id += 1) tell(id);
  const unwatch = stage.watch((id) => (id === undefined ? tellState() : tell(id)));
  res.once('close', unwatch);
}

/** Only while somebody looks; a service that is away simply tells nothing new. */
async function count(ops: string, stage: Stage): Promise<void> {
  if (!stage.watched()) return;
  const answer = await fetch(`${ops}/metrics`).catch(() => undefined);
  if (answer?.ok) stage.count(readFigures(await answer.text()));
}

async function listening(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
}

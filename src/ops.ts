import Koa from 'koa';
import Router from 'koa-router';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** What must hold for this process to do its part. Answers the reason why not. */
export type Check = () => Promise<string | undefined>;

/** What operations see, on a port of its own: alive, ready, metrics, the queue page. */
export function createOps({
  checks,
  metrics,
  queuePage,
  log,
}: {
  readonly checks: Readonly<Record<string, Check>>;
  readonly metrics: Pick<Metrics, 'contentType' | 'scrape'>;
  readonly queuePage: Koa.Middleware;
  readonly log: Log;
}): Koa {
  const app = new Koa();
  const router = new Router();
  router.get('/healthz', (ctx) => {
    ctx.body = { alive: true };
  });
  router.get('/readyz', async (ctx) => {
    const faults = await findFaults(checks);
    ctx.status = faults.length === 0 ? 200 : 503;
    ctx.body = { ready: faults.length === 0, faults };
  });
  router.get('/metrics', async (ctx) => {
    ctx.type = metrics.contentType;
    ctx.body = await metrics.scrape();
  });
  app.use(queuePage);
  app.use(router.routes());
  app.use(router.allowedMethods());
  app.on('error', (err) => log.debug({ err }, 'a request of operations failed'));
  return app;
}

async function findFaults(checks: Readonly<Record<string, Check>>): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const fault = await check().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
      return fault === undefined ? [] : [`${name}: ${fault}`];
    }),
  );
  return found.flat();
}

import type { Handlers } from './bot.ts';
import type { WorkerConfig } from './config.ts';
import type { TokenKeeper } from './feishu/token.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createOpinion } from './opinion.ts';
import type { Check } from './ops.ts';
import type { Queues } from './queue.ts';
import type { LiveConfig } from './reload.ts';
import type { Store } from './store/contract.ts';

export interface WorkParts {
  readonly live: LiveConfig;
  readonly worker: WorkerConfig;
  readonly store: Store;
  readonly queues: Queues;
  readonly tokens: TokenKeeper;
  readonly handlers: Handlers;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly checks: Record<string, Check>;
}

/** Loads the SDK, which the web role needs for the long connection alone: half a second and 70 MB. */
export async function startWork(parts: WorkParts): Promise<void> {
  const { live, worker, tokens, metrics, log, lifecycle, checks } = parts;
  const [{ createApi }, { createFeishuClient }, { startWorkers }] = await Promise.all([
    import('./feishu/api.ts'),
    import('./feishu/client.ts'),
    import('./worker.ts'),
  ]);
  const client = createFeishuClient({ app: live.current().app, tokens, observe: metrics.api });
  lifecycle.onStop('Feishu client', client.close);
  const now = () => live.current().worker ?? worker;
  const api = createApi({ client, agents: worker.agents, desk: () => now().desk });
  const opinion = createOpinion(() => live.current().opinion, log);
  const workers = startWorkers({ ...parts, api, opinion, config: worker, alertUrl: () => now().alertUrl });
  lifecycle.onStop('workers', workers.close);
  checks.worker = async () => (workers.running() ? undefined : 'not running');
}

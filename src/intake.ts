import type { Lifecycle } from './lifecycle.ts';
import { listen } from './listen.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Check } from './ops.ts';
import type { Receive } from './receive.ts';
import type { LiveConfig } from './reload.ts';
import { createWeb, createWebServer, EVENTS_PATH } from './web.ts';

export interface IntakeParts {
  readonly live: LiveConfig;
  readonly receive: Receive;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly checks: Record<string, Check>;
}

/** Opens the way events come in: a door of ours, or a connection to Feishu. A worker has neither. */
export async function openIntake({ live, receive, metrics, log, lifecycle, checks }: IntakeParts): Promise<void> {
  const { app, web, socket: isSocket } = live.current();
  if (web) {
    const secrets = () => ({ ...(live.current().web ?? web), appId: app.appId });
    const server = createWebServer(createWeb({ secrets, receive, metrics, log }));
    const url = await listen(server, web, { variable: 'PORT', lifecycle });
    log.info({ url: url + EVENTS_PATH }, 'waiting for events');
  }
  if (isSocket) {
    const { openSocket } = await import('./feishu/socket.ts');
    const socket = openSocket({ app: () => live.current().app, receive, metrics, log });
    lifecycle.onStop('long connection', socket.close);
    checks.socket = async () => (socket.connected() ? undefined : 'not connected to Feishu');
    log.info('waiting for events over the long connection; nothing listens on PORT');
  }
}

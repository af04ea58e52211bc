import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A redis-server as an operator should run it: nothing evicted, and unless told otherwise all on disk before it answers. */
export interface RedisServer {
  readonly port: number;
  readonly pid: number;
  start(): Promise<void>;
  stop(signal: NodeJS.Signals): Promise<void>;
}

export async function startRedisServer(
  folder: string,
  others: Readonly<Record<string, string | number>> = {},
): Promise<RedisServer> {
  const port = await freePort();
  const durable = { save: '', appendonly: 'yes', appendfsync: 'always' };
  const options = { port, bind: '127.0.0.1', dir: folder, ...durable, ...others };
  const args = Object.entries({ ...options, 'maxmemory-policy': 'noeviction' }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  let server: ChildProcess | undefined;
  const start = async () => {
    server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const said = server.stdout;
    if (!said) throw new Error('redis-server has no output');
    for await (const chunk of said.iterator({ destroyOnReturn: false })) {
      if (String(chunk).includes('Ready to accept connections')) return void said.resume();
    }
    // The port may still be held by the one before.
    await pause(200);
    await start();
  };
  await start();
  return {
    port,
    get pid() {
      return server?.pid ?? 0;
    },
    start,
    stop: async (signal) => {
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, 'exit');
      server.kill(signal);
      await ended;
    },
  };
}

/** A port of the loopback nobody has just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

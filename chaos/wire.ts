import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/** A wire to a server that fails in the two ways wires do. */
export interface Wire {
  readonly port: number;
  /** Ends all connections and refuses new ones. */
  cut(): void;
  /** Passes nothing on any more, and closes nothing. */
  silence(): void;
  /** New connections work. Silenced ones stay as they are: open, and never heard of again, as behind a dead router. */
  mend(): void;
  close(): Promise<void>;
}

/** Passes bytes between whoever connects and the target. */
export async function startWire(target: NetConnectOpts): Promise<Wire> {
  let state: 'open' | 'cut' | 'silent' = 'open';
  const sockets = new Set<Socket>();
  const dead = new WeakSet<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const pass = (from: Socket, to: Socket) => {
    from.on('data', (bytes) => !dead.has(from) && to.write(bytes));
    from.on('close', () => !dead.has(from) && to.destroy());
  };
  const server = createServer((near) => {
    keep(near);
    if (state === 'cut') return void near.destroy();
    if (state === 'silent') return void near.resume();
    const far = connect(target);
    keep(far);
    pass(near, far);
    pass(far, near);
  });
  const end = () => {
    for (const socket of sockets) socket.destroy();
  };
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      state = 'cut';
      end();
    },
    silence: () => {
      state = 'silent';
      for (const socket of sockets) dead.add(socket);
    },
    mend: () => {
      state = 'open';
    },
    close: async () => {
      end();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

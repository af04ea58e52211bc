import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/** A wire that can fail in the ways wires do. */
export interface Wire {
  readonly port: number;
  /** How often somebody connected, in vain or not. */
  readonly attempts: number;
  /** Ends all connections and refuses new ones. */
  cut(): void;
  /** Passes nothing on any more and closes nothing: what cannot be told from a slow server. */
  freeze(): void;
  mend(): void;
  /** New connections work; those of before stay open and silent, as when a router forgot them. */
  mendForNew(): void;
  /** New connections lead there; those of before stay where they are. */
  lead(target: NetConnectOpts): void;
  close(): Promise<void>;
}

/** Passes bytes between whoever connects to it and the target. */
export async function startProxy(first: NetConnectOpts): Promise<Wire> {
  let state: 'open' | 'cut' | 'frozen' = 'open';
  let target = first;
  let attempts = 0;
  const sockets = new Set<Socket>();
  const silent = new WeakSet<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const end = (which: (socket: Socket) => boolean = () => true) => {
    for (const socket of [...sockets].filter(which)) socket.destroy();
  };
  const pass = (from: Socket, to: Socket) => {
    from.on('data', (bytes) => !silent.has(from) && to.write(bytes));
    from.on('end', () => !silent.has(from) && to.end());
    from.on('close', () => !silent.has(from) && to.destroy());
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    attempts += 1;
    keep(near);
    if (state === 'cut') return void near.destroy();
    if (state === 'frozen') return void silent.add(near.resume());
    const far = connect({ ...target, allowHalfOpen: true });
    keep(far);
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get attempts() {
      return attempts;
    },
    cut: () => {
      state = 'cut';
      end();
    },
    freeze: () => {
      state = 'frozen';
      for (const socket of sockets) silent.add(socket);
    },
    // What runs over a connection that was frozen lost bytes: it cannot be taken up again.
    mend: () => {
      state = 'open';
      end((socket) => silent.has(socket));
    },
    mendForNew: () => {
      state = 'open';
    },
    lead: (next) => {
      target = next;
    },
    close: () => {
      end();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

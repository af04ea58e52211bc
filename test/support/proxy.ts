import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/** A wire that can fail in the ways wires do. */
export interface Wire {
  readonly port: number;
  /** Ends all connections and refuses new ones. */
  cut(): void;
  /** Passes nothing on any more and closes nothing: what cannot be told from a slow server. */
  freeze(): void;
  mend(): void;
  close(): Promise<void>;
}

type State = 'open' | 'cut' | 'frozen';

/** Passes bytes between whoever connects to it and the target. */
export async function startProxy(target: NetConnectOpts): Promise<Wire> {
  let state: State = 'open';
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const end = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((near) => {
    keep(near);
    if (state === 'cut') return void near.destroy();
    if (state === 'frozen') return void near.on('data', () => {});
    const far = connect(target);
    keep(far);
    const pass = (from: Socket, to: Socket) => {
      from
        .on('data', (bytes) => state !== 'frozen' && to.write(bytes))
        .on('close', () => state !== 'frozen' && to.destroy());
    };
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut: () => {
      state = 'cut';
      end();
    },
    freeze: () => {
      state = 'frozen';
    },
    // A wire that was frozen lost bytes: what runs over it cannot be taken up again.
    mend: () => {
      if (state === 'frozen') end();
      state = 'open';
    },
    close: () => {
      end();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

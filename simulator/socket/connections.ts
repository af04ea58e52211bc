import { randomInt, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Delivery } from '../delivery.ts';
import type { Settings } from '../options.ts';
import type { Recording } from '../record.ts';
import { type Connection, openConnection } from './connection.ts';

/** The long connections of the app's clients; what goes wrong with them on purpose. */
export interface LongConnections {
  /** How many are open. */
  readonly open: number;
  /** Ends all, properly or by destroying their sockets. */
  end(how: 'close' | 'drop'): void;
  /** Those open now stay open, and neither hear nor say anything any more. */
  silence(): void;
  /** The next clients get no connection: refused, or ended as soon as it is open. */
  turnAway(how: 'refuse' | 'slam', times: number): void;
}

export interface SocketDesk extends LongConnections {
  /** A path and query with a ticket that is good for one connection. */
  newAddress(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** To one client, whichever: Feishu docs, long connection. */
  deliver(bytes: Uint8Array, timeoutMs: number): Promise<Delivery>;
}

interface Parts {
  readonly settings: Settings;
  readonly recording: Recording;
  readonly closed: AbortSignal;
}

// A number of the gateway's, which clients repeat in their frames.
const service = 33;
const path = '/ws/v2';

/** Takes clients in that come with a ticket, and spreads events over them. */
export function createSocketDesk({ settings, recording, closed }: Parts): SocketDesk {
  const server = new WebSocketServer({ noServer: true });
  const connections = new Set<Connection>();
  const tickets = new Set<string>();
  const away: ('refuse' | 'slam')[] = [];
  const each = (act: (connection: Connection) => void) => {
    for (const connection of connections) act(connection);
  };
  closed.addEventListener('abort', () => each((connection) => connection.end('drop')));

  return {
    get open() {
      return connections.size;
    },
    newAddress: () => {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${path}?fpid=493&aid=552564&device_id=7&access_key=demo&service_id=${service}&ticket=${ticket}`;
    },
    upgrade: (request, socket, head) => {
      const how = away.shift();
      const { pathname, searchParams } = new URL(`http://simulator${request.url}`);
      const welcome = pathname === path && tickets.delete(searchParams.get('ticket') ?? '');
      if (how === 'refuse' || !welcome) return refuse(socket);
      server.handleUpgrade(request, socket, head, (client) => {
        if (how === 'slam') return client.terminate();
        const connection = openConnection(client, settings.pace, service);
        connections.add(connection);
        recording.touch();
        client.on('close', () => {
          connections.delete(connection);
          recording.touch();
        });
      });
    },
    deliver: async (bytes, timeoutMs) => {
      const all = [...connections];
      const connection = all.length > 0 ? all[randomInt(all.length)] : undefined;
      return connection?.deliver(bytes, timeoutMs) ?? { status: 0, body: '', ms: 0, error: 'no client is connected' };
    },
    end: (how) => each((connection) => connection.end(how)),
    silence: () => each((connection) => connection.silence()),
    turnAway: (how, times) => void away.push(...Array.from({ length: times }, () => how)),
  };
}

/** As the official SDKs read it: 514 is "auth failed". */
function refuse(socket: Duplex): void {
  const head = ['HTTP/1.1 403 Forbidden', 'Handshake-Status: 514', 'Handshake-Msg: auth failed', 'Connection: close'];
  socket.on('error', () => {});
  socket.end(`${head.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`);
}

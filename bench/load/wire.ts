import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What became of one request: 0 when there was no answer. */
export type Answered = (index: number, status: number, ms: number) => void;

/** One request as bytes, whole. */
export function requestBytes(url: URL, headers: Readonly<Record<string, string>>, body: string | Uint8Array): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\n${lines.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

/** Opens the connections before anything is measured. */
export async function openSockets(urls: readonly URL[], connections: number): Promise<Socket[]> {
  const sockets = Array.from({ length: connections }, (_, n) => {
    const { hostname, port } = urls[n % urls.length] ?? {};
    return connect({ host: hostname ?? '', port: Number(port) }).setNoDelay(true);
  });
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
}

/** Sends one request after the other over a kept connection, until `next` has none. A broken connection ends it. */
export function drive(
  socket: Socket,
  next: () => { readonly index: number; readonly bytes: Buffer } | undefined,
  answered: Answered,
): Promise<void> {
  return new Promise((resolve) => {
    let seen = '';
    let at = 0;
    let index = -1;
    const send = () => {
      const request = next();
      if (!request) return void socket.destroy();
      ({ index } = request);
      seen = '';
      at = performance.now();
      socket.write(request.bytes);
    };
    socket.on('data', (bytes) => {
      seen += bytes.toString('latin1');
      const status = statusOf(seen);
      if (status === undefined) return;
      answered(index, status, performance.now() - at);
      index = -1;
      send();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (index >= 0) answered(index, 0, performance.now() - at);
      resolve();
    });
    send();
  });
}

/** The status once the answer is whole. All servers here say how long their answers are. */
function statusOf(text: string): number | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
  return text.length >= end + 4 + Number(length ?? 0) ? Number(text.slice(9, 12)) : undefined;
}

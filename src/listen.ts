import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lifecycle } from './lifecycle.ts';

/** How long requests in hand may take when the door closes; Feishu waits three seconds for each. */
const CLOSING_MS = 2_500;

/** Opens a door, to be closed at the end. Answers its URL; port 0 takes a free one. `variable` names the port in errors. */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  { variable, lifecycle }: { readonly variable: string; readonly lifecycle: Lifecycle },
): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error) =>
      reject(new Error(`${variable}: cannot listen on ${host}:${port}: ${error.message}`));
    server.once('error', refuse).listen(port, host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  lifecycle.onStop(`${variable} listener`, () => close(server));
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

/** Node leaves connections alone that are kept open between requests or send nothing; a proxy keeps them for minutes. */
async function close(server: Server): Promise<void> {
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const end = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(sweep);
  clearTimeout(end);
}

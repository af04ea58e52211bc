import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/index.ts';

/** A simulator of this test's own. */
export async function simulatorFor(options?: SimulatorOptions): Promise<Simulator> {
  const simulator = await startSimulator(options);
  onTestFinished(() => simulator.close());
  return simulator;
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The fields of the answers that are looked at; each has only some of them. */
  readonly body: {
    readonly code: number;
    readonly tenant_access_token: string;
    readonly data: {
      readonly chat_id: string;
      readonly ticket_id: string;
      readonly message_id: string;
      readonly total: number;
    };
  };
}

/** Calls the API as a service would: with a token, the desk's header and JSON, unless told otherwise. */
export async function callApi(
  { url, app, desk }: Simulator,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string | undefined> = {},
): Promise<Answered> {
  const credentials = { app_id: app.id, app_secret: app.secret };
  const token = 'authorization' in headers ? '' : await tokenFor(url, credentials);
  const sent: Record<string, string | undefined> = {
    authorization: `Bearer ${token}`,
    'x-lark-helpdesk-authorization': Buffer.from(`${desk.id}:${desk.token}`).toString('base64'),
    ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
    ...headers,
  };
  const given = Object.entries(sent).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const response = await fetch(`${url}/open-apis${path}`, {
    method,
    headers: given,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith('{') ? JSON.parse(text) : {},
  };
}

export async function tokenFor(url: string, credentials: object): Promise<string> {
  const response = await fetch(`${url}/open-apis/auth/v3/tenant_access_token/internal`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  return ((await response.json()) as { tenant_access_token: string }).tenant_access_token;
}

export const startService = (simulator: Simulator, body: object, headers?: Record<string, string | undefined>) =>
  callApi(simulator, 'POST', '/helpdesk/v1/start_service', body, headers);

/** Sends a text to a person. */
export const sendText = (simulator: Simulator, to: string, more: object = {}, text = 'hello') =>
  callApi(simulator, 'POST', '/im/v1/messages?receive_id_type=open_id', {
    receive_id: to,
    msg_type: 'text',
    content: JSON.stringify({ text }),
    ...more,
  });

export interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A webhook that answers with one status after the other; without one left, 200. */
export async function webhookFor(simulator: Simulator, ...statuses: number[]): Promise<Received[]> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(statuses.shift() ?? 200).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  simulator.webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return received;
}

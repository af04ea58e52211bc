import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { askPlainly } from '../../src/feishu/plain-request.ts';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const SECRET = { method: 'POST', headers: {}, body: '{"app_secret":"x"}' } as const;

test('a redirection is an answer: the secret is not sent to another address', async () => {
  const seen: string[] = [];
  const other = await serve((request, response) => {
    seen.push(request.url ?? '');
    response.end();
  });
  const url = await serve((_request, response) => response.writeHead(307, { location: `${other}/elsewhere` }).end());
  expect(await askPlainly('token', url, SECRET)).toMatchObject({
    status: 307,
    headers: { location: `${other}/elsewhere` },
  });
  expect(seen).toEqual([]);
});

test('an answer that breaks off, and none at all, say so without the request', async () => {
  const broken = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('{"code":0', () => response.destroy());
  });
  await expect(askPlainly('token', broken, SECRET)).rejects.toThrow(/^token got no answer: \w+/);
  const closed = await new Promise<string>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(`http://localhost:${port}`));
    });
  });
  await expect(askPlainly('token', closed, SECRET)).rejects.toThrow(/ECONNREFUSED/);
});

import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const { PEER_REDIS_PORT, PEER_PREFIX = '', FEISHU_ENCRYPT_KEY = '', FEISHU_VERIFICATION_TOKEN = '' } = process.env;

/** What the stacks that are compared are told by their environment. */
export const PEER = {
  redisPort: Number(PEER_REDIS_PORT),
  prefix: PEER_PREFIX,
  encryptKey: FEISHU_ENCRYPT_KEY,
  verificationToken: FEISHU_VERIFICATION_TOKEN,
};

/** Says where it listens in the words of our own log. */
export async function announce(server: Server): Promise<void> {
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`{"url":"http://127.0.0.1:${port}/feishu/events","msg":"started"}\n`);
  process.once('SIGTERM', () => process.exit(0));
}

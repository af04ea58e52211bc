import { createDecipheriv, createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { Redis } from 'ioredis';
import { Queue } from '../../src/bullmq.ts';
import { announce, PEER } from './peer.ts';

/**
 * The least that takes an event and keeps it: Node's own server, signature, decryption, parsing, and BullMQ's `add` with
 * the commands of one turn in one write. It decides nothing, refuses nothing well, logs nothing and counts nothing.
 */
const connection = new Redis(PEER.redisPort, '127.0.0.1', { enableAutoPipelining: true });
const queue = new Queue('handoff', { connection, prefix: PEER.prefix });
const key = createHash('sha256').update(PEER.encryptKey).digest();

function open(body: Buffer, { headers }: IncomingMessage): Arrived {
  const expected = createHash('sha256')
    .update(`${headers['x-lark-request-timestamp']}${headers['x-lark-request-nonce']}${PEER.encryptKey}`)
    .update(body)
    .digest('hex');
  if (expected !== headers['x-lark-signature']) throw new Error('forged');
  const sealed = Buffer.from((JSON.parse(body.toString()) as { encrypt: string }).encrypt, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, sealed.subarray(0, 16));
  const text = decipher.update(sealed.subarray(16), undefined, 'utf8') + decipher.final('utf8');
  const arrived = JSON.parse(text) as Arrived;
  if (arrived.header.token !== PEER.verificationToken) throw new Error('forged');
  return arrived;
}

interface Arrived {
  readonly header: { readonly token: string; readonly event_id: string };
  readonly event: {
    readonly message: { readonly message_id: string; readonly content: string };
    readonly sender: { readonly sender_id: { readonly open_id: string } };
  };
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    try {
      const { header, event } = open(Buffer.concat(chunks), request);
      const { text } = JSON.parse(event.message.content) as { text: string };
      const person = event.sender.sender_id.open_id;
      const jobId = event.message.message_id;
      await queue.add('handoff', { eventId: header.event_id, person, messageId: jobId, text }, { jobId });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).end('{}');
    } catch {
      response.writeHead(503, { 'content-length': 0 }).end();
    }
  });
});
announce(server.listen(0, '127.0.0.1'));

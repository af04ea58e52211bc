import Koa from 'koa';
import bodyParser from 'koa-bodyparser';
import Router from 'koa-router';
import { Queue } from '../../src/bullmq.ts';
import { lark } from '../../src/feishu/sdk.ts';
import { announce, PEER } from './peer.ts';

/**
 * What follows from the quick starts of Koa, of the official SDK and of BullMQ, put together: the stack nobody would be
 * blamed for. It knows one phrase per language, keeps no promise but the job, and logs nothing.
 */
const queue = new Queue('handoff', { connection: { host: '127.0.0.1', port: PEER.redisPort }, prefix: PEER.prefix });

const dispatcher = new lark.EventDispatcher({
  encryptKey: PEER.encryptKey,
  verificationToken: PEER.verificationToken,
  loggerLevel: lark.LoggerLevel.error,
}).register({
  'im.message.receive_v1': async ({ event_id: eventId, message, sender }) => {
    const { text } = JSON.parse(message.content) as { text: string };
    if (/人工|真人|human/.test(text))
      await queue.add('handoff', { eventId, person: sender.sender_id?.open_id, messageId: message.message_id, text });
    return { msg: 'success' };
  },
});

const app = new Koa();
const router = new Router();
router.post('/feishu/events', lark.adaptKoaRouter(dispatcher, { autoChallenge: true }));
app.use(bodyParser());
app.use(router.routes());
announce(app.listen(0, '127.0.0.1'));

import { startEmbedded } from '../src/embedded.js';

/** A service that has nothing but its embedded PostgreSQL, beside the built program. Says each fact as one line of JSON. */
const [dataDir = '', patienceMs = '10000'] = process.argv.slice(2);
const say = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`);

try {
  const log = (fact, details) => say({ fact, ...details });
  const { connection, stop } = await startEmbedded({ dataDir, patienceMs: Number(patienceMs), log });
  const end = () => void stop().then(() => process.exit(0));
  process.once('SIGTERM', end);
  process.stdin.once('end', end).resume();
  say({ connection });
} catch (error) {
  say({ error: String(error) });
  process.exit(1);
}

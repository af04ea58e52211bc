import { createRequire } from 'node:module';

/** BullMQ by `require`: its CommonJS form loads in half the time of its many modules. */
export const {
  DelayedError,
  PostgresConnection,
  PostgresQueueBackend,
  Queue,
  runMigrations,
  UnrecoverableError,
  Worker,
} = createRequire(import.meta.url)('bullmq') as typeof import('bullmq');

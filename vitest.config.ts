import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/servers.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Tests wait for processes more than they compute.
    maxWorkers: 4,
    // What modules keep is the SDK's, by app id, and each test has its own. Loading the SDK and BullMQ for each file anew
    // takes a minute.
    isolate: false,
    sequence: { shuffle: { files: false, tests: true } },
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/servers.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Tests wait for processes more than they compute.
    maxWorkers: 4,
    // Nothing is kept in modules, so files may share a process: loading the SDK and BullMQ anew for each takes a minute.
    isolate: false,
    sequence: { shuffle: { files: false, tests: true } },
  },
});

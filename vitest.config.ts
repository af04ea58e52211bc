import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/servers.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Tests wait for processes more than they compute.
    maxWorkers: 4,
    sequence: { shuffle: { files: false, tests: true } },
  },
});

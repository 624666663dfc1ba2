import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/bench/**', 'node_modules/**'],
    // Limits are for tests that hang, and far beyond what a busy machine needs: whoever waits, waits for a condition.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // On a machine that is shared a test gets a second chance; the report names those that needed it.
    retry: process.env.CI ? 1 : 0,
    // Most of the time tests wait for sockets and files: more of them at once than there are cores.
    maxWorkers: availableParallelism() * 2,
    coverage: { include: ['src/**/*.ts'] },
  },
})

import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/bench/**', 'node_modules/**'],
    testTimeout: 20_000,
    // Most of the time tests wait for sockets and files: more of them at once than there are cores.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    coverage: { include: ['src/**/*.ts'] },
  },
})

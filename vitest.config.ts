import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/bench/**', 'node_modules/**'],
    testTimeout: 20_000,
    // Most of the time tests wait for sockets and files: vitest's default leaves one core to nobody.
    maxWorkers: '100%',
    coverage: { include: ['src/**/*.ts'] },
  },
})

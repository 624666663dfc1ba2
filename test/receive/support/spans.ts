import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../fixtures/zipkin')

/** Bodies as a real Envoy posted them, five spans each. */
export const realBodies: readonly Buffer[] = readdirSync(folder)
  .filter((name) => name.startsWith('batch-'))
  .map((name) => readFileSync(join(folder, name)))

/** A span with nothing that it need not have. */
export const aSpan = (change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  traceId: '463ac35c9f6413ad',
  id: 'a2fb4a1d1a96d312',
  ...change,
})

export const bodyOf = (...spans: readonly unknown[]): Buffer => Buffer.from(JSON.stringify(spans))

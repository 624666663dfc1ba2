import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Chunk } from '../../src/model/chunk.ts'
import type { Span } from '../../src/model/span.ts'

const folder = join(import.meta.dirname, '../fixtures/zipkin')

/** Spans that a real Envoy sent, batch by batch. */
export const envoySpans = (): Span[] =>
  readdirSync(folder)
    .filter((file) => file.startsWith('batch'))
    .flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Span[])

/** Lines of spans as the outbox keeps them. */
export const spanChunk = (lines: readonly string[]): Chunk => ({
  kind: 'spans',
  body: Buffer.from(lines.map((line) => `${line}\n`).join('')),
  count: lines.length,
  madeMs: 0,
})

export const chunkOf = (spans: readonly Span[]): Chunk => spanChunk(spans.map((span) => JSON.stringify(span)))

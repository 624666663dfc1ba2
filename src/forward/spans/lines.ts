import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Chunk } from '../../model/chunk.ts'
import type { Span } from '../../model/span.ts'
import type { Loss } from '../destination.ts'
import { spanProblems } from './problems.ts'
import { ReadableSpans } from './readable.ts'
import { unshared } from './unshare.ts'

export interface ReadChunk {
  readonly spans: readonly ReadableSpan[]
  /** Lines of which no span could be made: one of them is not to hold up all others for ever. */
  readonly losses: readonly Loss[]
}

/** The spans of a chunk for destinations to which Zipkin's shared ids mean nothing. */
export function readSpans({ body }: Chunk): ReadChunk {
  const readable = new ReadableSpans()
  const spans: ReadableSpan[] = []
  let first: unknown
  let count = 0
  for (const line of textOf(body).trimEnd().split('\n')) {
    try {
      spans.push(readable.of(unshared(JSON.parse(line) as Span)))
    } catch (error) {
      first ??= error
      count++
    }
  }
  return { spans, losses: count === 0 ? [] : [{ kind: spanProblems.spans_unreadable, count, message: String(first) }] }
}

/** A chunk's lines as one JSON array, each with its bytes. */
export const arrayOf = ({ body }: Chunk): string => `[${textOf(body).trimEnd().replaceAll('\n', ',')}]`

const textOf = (body: Uint8Array) => Buffer.from(body.buffer, body.byteOffset, body.length).toString()

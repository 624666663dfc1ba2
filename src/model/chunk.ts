/** What pushed destinations are sent: rows for tables, spans for tracing backends. */
export type ChunkKind = 'rows' | 'spans'

/** What several destinations are to get alike, made once: opaque to everyone but who made it and who sends it. */
export interface Chunk {
  readonly kind: ChunkKind
  /** UTF-8, lines of JSON, each ended, 900,000 bytes at most; of rows: in the columns of InsightsMetrics; of spans: Zipkin v2, one span a line, 500 at most. */
  readonly body: Uint8Array
  /** How many rows or spans. */
  readonly count: number
  /** Wall time at which it was made, milliseconds since the epoch. */
  readonly madeMs: number
}

/** What a chunk is known by in the collector's own traces, from when it is committed until it is sent; the same for two that were made alike in one moment. */
export const chunkTrail = ({ kind, count, madeMs }: Omit<Chunk, 'body'>): string => `${kind} ${madeMs} ${count}`

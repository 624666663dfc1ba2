/** What pushed destinations are sent: rows for tables, spans for tracing backends. */
export type ChunkKind = 'rows'

/** What several destinations are to get alike, made once: opaque to everyone but who made it and who sends it. */
export interface Chunk {
  readonly kind: ChunkKind
  /** UTF-8; of rows: one JSON object in the columns of InsightsMetrics per line, each line ended, 900,000 bytes at most. */
  readonly body: Uint8Array
  /** How many rows or spans. */
  readonly count: number
  /** Wall time at which it was made, milliseconds since the epoch. */
  readonly madeMs: number
}

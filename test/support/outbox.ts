import { deflateSync } from 'node:zlib'
import type { Chunk } from '../../src/model/chunk.ts'
import type { Changes, State } from '../../src/state/state.ts'

/** Rows that only say which they are, one to a line. */
export function rowsNamed(names: readonly string[], madeMs = 0): Chunk {
  return {
    kind: 'rows',
    body: Buffer.from(names.map((name) => `${JSON.stringify({ Name: name })}\n`).join('')),
    count: names.length,
    madeMs,
  }
}

export const namesIn = (body: Uint8Array): string[] =>
  Buffer.from(body)
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { Name: string }).Name)

/** A commit that holds nothing but chunks. */
export function committing(...chunks: readonly Chunk[]): Changes {
  return {
    committed: {
      numbering: { generation: 0, cellsBefore: new Int32Array(0), edgesBefore: new Int32Array(0) },
      wallMs: 0,
      monotonicMs: 0,
      sums: new Float64Array(0),
      cells: [],
      live: new Set(),
      movedMs: new Float64Array(0),
      hidden: new Set(),
    },
    targets: [],
    released: [],
    notes: { discover: new Map(), relabel: new Map(), rows: new Map() },
    chunks: chunks.map(({ body, ...chunk }) => ({ ...chunk, packed: deflateSync(body) })),
  }
}

/** Everything that waits for a destination, taken out of the outbox as if it had arrived. */
export async function drained({ outbox }: State, destination: string): Promise<string[]> {
  const names: string[] = []
  for (;;) {
    const chunk = await outbox.next(destination)
    if (!chunk) return names
    names.push(...namesIn(chunk.body))
    outbox.delivered(destination, chunk.id)
  }
}

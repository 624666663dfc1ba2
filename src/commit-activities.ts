import { chunkTrail } from './model/chunk.ts'
import type { PackedChunk } from './state/packing.ts'
import type { Activity, ActivityKind, Facts } from './telemetry/tracer.ts'

export const commitActivities = {
  commit: { name: 'commit' },
  round: { name: 'round of rows' },
} as const satisfies Record<string, ActivityKind>

/** From a round to the commits that hold what it made. */
export const roundTrail = 'round of rows'

/** What chunks come to. */
export class ChunkTally {
  #chunks = 0
  #rows = 0
  #bytes = 0

  add({ count, packed }: PackedChunk): void {
    this.#chunks++
    this.#rows += count
    this.#bytes += packed.byteLength
  }

  get facts(): Facts {
    return { 'mesh_telemetry.chunks': this.#chunks, 'mesh_telemetry.rows': this.#rows, 'mesh_telemetry.bytes': this.#bytes }
  }
}

interface Contents {
  readonly cells: number
  readonly pages: number
  readonly released: number
  readonly chunks: readonly PackedChunk[]
}

/**
 * Says what a commit holds, before its chunks can be sent.
 *
 * @returns whether it is worth telling: not where nothing was counted, nor for spans alone, among which may be what is told here
 */
export function tellCommit(activity: Activity, { cells, pages, released, chunks }: Contents): boolean {
  const ofRows = chunks.filter(({ kind }) => kind === 'rows')
  const tally = new ChunkTally()
  for (const chunk of ofRows) {
    tally.add(chunk)
    activity.leave(chunkTrail(chunk))
  }
  activity.tell({ 'mesh_telemetry.cells': cells, 'mesh_telemetry.pages': pages, 'mesh_telemetry.released': released, ...tally.facts })
  return pages > 0 || released > 0 || ofRows.length > 0
}

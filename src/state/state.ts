import type { Committed } from '../model/cell.ts'
import type { Outbox } from '../model/outbox.ts'
import type { NoteChanges, NoteTaker, Restored, TargetRecord } from '../model/record.ts'
import type { Target } from '../model/target.ts'
import { Backlog, type BacklogContext, memoryBytes } from './backlog.ts'
import type { PackedChunk } from './packing.ts'

/** What changed since the last commit. */
export interface Changes {
  readonly committed: Committed
  /** Targets that were scraped since. Their buffers are given away: who commits must not touch them again. */
  readonly targets: readonly TargetRecord[]
  /** Targets that are no longer watched: what was kept of them goes with this commit. */
  readonly released: readonly Target['id'][]
  readonly notes: Readonly<Record<NoteTaker, NoteChanges>>
  /** What pushed destinations are to get; encoded from sums that this commit holds. Packed as each was made: a round of a large mesh is hundreds of megabytes. */
  readonly chunks: readonly PackedChunk[]
}

/**
 * Keeps the sums beyond this process.
 *
 * Contract: one `commit` at a time; when it resolves, everything in it is safe and may be shown. When it rejects, nothing of it was kept. `close` is safe
 * twice; what was committed before is safe.
 */
export interface State {
  /** Whether records of targets are of any use to it: without, none need be made. */
  readonly isDurable: boolean
  /** What was committed for destinations and has not arrived. */
  readonly outbox: Outbox
  /** What the last process left behind; `undefined` when there is nothing. Called once, before the first commit. */
  load(): Promise<Restored | undefined>
  commit(changes: Changes): Promise<void>
  close(): Promise<void>
}

/** State in memory: the sums live as long as the process, so a commit is safe at once. */
export function memoryState(context: BacklogContext): State {
  const { limit, keep } = context.outbox
  const backlog = new Backlog({ ...context, outbox: { limit: Math.min(limit, memoryBytes), keep } })
  return {
    isDurable: false,
    outbox: backlog,
    load: async () => undefined,
    commit: async ({ chunks }) => {
      backlog.add(chunks)
      backlog.arrive()
    },
    close: async () => {},
  }
}

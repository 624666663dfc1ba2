import type { Committed } from '../model/cell.ts'
import type { Target } from '../model/target.ts'

/** What changed since the last commit. */
export interface Changes {
  readonly committed: Committed
  /** Targets that are no longer watched: what was kept of them may go once this commit holds. */
  readonly released: readonly Target['id'][]
}

/**
 * Keeps the sums beyond this process.
 *
 * Contract: one `commit` at a time; when it resolves, everything in it is safe and may be shown. When it rejects, nothing of it was kept and the next
 * commit carries it again. `close` is safe twice.
 */
export interface State {
  commit(changes: Changes): Promise<void>
  close(): Promise<void>
}

/** State in memory: the sums live as long as the process, so a commit is safe at once. */
export const memoryState = (): State => ({
  commit: async () => {},
  close: async () => {},
})

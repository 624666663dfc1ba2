import type { Discovered, Hearing } from '../model/discovered.ts'
import type { Notes } from '../model/record.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Telemetry } from '../telemetry/events.ts'

/**
 * Finds out who is to be scraped, and follows it.
 *
 * Contract: `start` calls `changed` with the full outcome before it resolves, and again within two seconds of every change that matters, never twice at a
 * time. A source that cannot be read at the start makes `start` reject with a `Problem`; later faults keep the last good state and appear in
 * `Discovered.problems`. `close` is safe twice and before `start`; after it nothing is called.
 *
 * A source that others serve, an API server, can be away for a minute when we start, and a right can be granted a minute too late: neither is a reason to
 * end. There `start` rejects only for what no waiting mends, such as a missing kubeconfig; else it resolves after the first try, `watched` says what keeps
 * it waiting, and `changed` follows as soon as there is an outcome. It is not called with less: targets of the run before would be taken for gone.
 */
export interface Discovery {
  /** @param watched is told how each watch is heard, all of them each time: at every change of state, and about every second while anything is heard */
  start(changed: (found: Discovered) => void, watched?: (hearings: readonly Hearing[]) => void): Promise<void>
  close(): Promise<void>
}

/** What every kind of discovery is handed. */
export interface DiscoveryContext {
  readonly clock: Clock
  readonly telemetry: Telemetry
  /** The folder that relative paths of the options start from. */
  readonly baseDirectory: string
  /** What the last run's discovery wrote down (`Discovered.notes`), so that this one goes on from it. */
  readonly notes: Notes
  /** Whether the cluster's nodes are asked for, too: `scrape.cadvisor` needs them. */
  readonly withNodes?: boolean
  /** `scrape.allowLoopback`: loopback addresses are targets too. */
  readonly allowLoopback: boolean
}

import type { Discovered } from '../model/discovered.ts'
import type { Notes } from '../model/record.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Telemetry } from '../telemetry/events.ts'

/**
 * Finds out who is to be scraped, and follows it.
 *
 * Contract: `start` calls `changed` with the full outcome before it resolves, and again within two seconds of every change that matters, never twice at a
 * time. A source that cannot be read at the start makes `start` reject with a `Problem`; later faults keep the last good state and appear in
 * `Discovered.problems`. `close` is safe twice and before `start`; after it `changed` is not called.
 */
export interface Discovery {
  start(changed: (found: Discovered) => void): Promise<void>
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
  /** `scrape.allowLoopback`: loopback addresses are targets too. */
  readonly allowLoopback: boolean
}

import type { Notice } from './pace.ts'
import type { Target } from './target.ts'
import type { Wanted } from './wanted.ts'

/** One complete answer of a target, before anyone looked into it. */
export interface Page {
  readonly target: Target
  readonly wanted: Wanted
  /** The schedule's time, milliseconds since the epoch, strictly increasing per target. */
  readonly timestampMs: number
  /** The question that it answers, `osm-1 filtered` or `osm-1 whole`: counting compares pages of one question only. */
  readonly asked: string
  /** The body. It belongs to the scraper and is overwritten after the call: who needs it longer copies it. */
  readonly body: Buffer
}

/** How scraping a target goes, for status and for people. */
export interface TargetHealth {
  readonly state: 'waiting' | 'up' | 'failing' | 'stale'
  /** Wall time of the last complete page, milliseconds since the epoch. */
  readonly lastPageMs?: number
  readonly durationMs?: number
  readonly bytes?: number
  readonly series?: number
  /** How the page is asked for: `filtered`, `whole`, or `whole` because the filter was refused or slower. */
  readonly asked?: 'filtered' | 'whole'
  readonly failures: number
  readonly error?: Notice
  /** Why it is read more seldom than others. */
  readonly notice?: Notice
}

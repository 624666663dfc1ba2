import type { ClusterFigures, Counter } from './cluster-figures.ts'

/** How a request that fails on the way ends. */
export interface Ending {
  /** What the caller's sidecar answers in place of the service. */
  readonly code: '503' | '504'
  /** What the caller's sidecar says of it in one word, in spans. */
  readonly flag: 'UT' | 'UR' | 'LR' | 'UO' | 'UF'
  /** What the caller's sidecar counts beside the code. */
  readonly counters: readonly Counter[]
  /** How far it came: it never left the sidecar, no connection came about, or it reached the other side. */
  readonly reach: 'none' | 'connecting' | 'peer'
  /** Who tore down the connection under it, where someone did. */
  readonly breaks?: 'local' | 'remote'
  /** Time until the caller had its answer. */
  readonly ms: number
}

/**
 * Source of what goes with what: Envoy, docs on response flags (UT, UR, LR, UO, UF) and on cluster statistics. A request that never leaves the
 * sidecar is not in `upstream_rq_total`, but its code is counted.
 */
export const endings = {
  timeout: { code: '504', flag: 'UT', counters: ['upstream_rq_timeout'], reach: 'peer', ms: 500 },
  resetRemote: {
    code: '503',
    flag: 'UR',
    counters: ['upstream_rq_rx_reset', 'upstream_cx_destroy_remote_with_active_rq'],
    reach: 'peer',
    breaks: 'remote',
    ms: 9,
  },
  resetLocal: {
    code: '503',
    flag: 'LR',
    counters: ['upstream_rq_tx_reset', 'upstream_cx_destroy_local_with_active_rq'],
    reach: 'peer',
    breaks: 'local',
    ms: 7,
  },
  overflow: { code: '503', flag: 'UO', counters: ['upstream_rq_pending_overflow'], reach: 'none', ms: 0.3 },
  ejected: { code: '503', flag: 'UF', counters: ['upstream_rq_pending_failure_eject'], reach: 'connecting', ms: 1.5 },
} as const satisfies Record<string, Ending>

/** What is wrong with one workload, as its callers see it. One thing at a time. */
export type Trouble = { readonly to: string } & (
  | { readonly kind: 'answers'; readonly every: number; readonly code: string }
  | { readonly kind: 'fails'; readonly every: number; readonly ending: Ending }
  | { readonly kind: 'slow'; readonly times: number }
  | { readonly kind: 'connections'; readonly why: 'refused' | 'unanswered' }
)

/** Says of each request to the troubled workload how it goes: every third means every third, counted over all callers. */
export class Troublemaker {
  #trouble: Trouble | undefined
  #requests = 0

  begin(trouble: Trouble): void {
    this.#trouble = trouble
    this.#requests = 0
  }

  end(): void {
    this.#trouble = undefined
  }

  /** To be asked once per request. */
  endingTo(workload: string): { readonly code: string } | Ending | undefined {
    const trouble = this.#of(workload)
    if (trouble?.kind !== 'answers' && trouble?.kind !== 'fails') return undefined
    if (++this.#requests % trouble.every !== 0) return undefined
    return trouble.kind === 'fails' ? trouble.ending : { code: trouble.code }
  }

  slownessOf(workload: string): number {
    const trouble = this.#of(workload)
    return trouble?.kind === 'slow' ? trouble.times : 1
  }

  connectionsTo(workload: string): 'refused' | 'unanswered' | undefined {
    const trouble = this.#of(workload)
    return trouble?.kind === 'connections' ? trouble.why : undefined
  }

  #of(workload: string): Trouble | undefined {
    return this.#trouble?.to === workload ? this.#trouble : undefined
  }
}

/** Counts in the caller's sidecar what an ending does to its cluster. */
export function countEnding(figures: ClusterFigures, { counters, reach, breaks }: Ending): void {
  for (const counter of counters) figures.count(counter)
  if (reach === 'connecting') figures.failToOpen('refused')
  if (breaks) figures.close(breaks)
}

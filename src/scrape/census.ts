import type { TargetHealth } from '../model/page.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { scrapeMetrics } from './telemetry.ts'

type State = TargetHealth['state']

/** How many targets are in which state. */
export class Census {
  readonly #metrics: Metrics
  readonly #counts: Record<State, number> = { waiting: 0, up: 0, failing: 0, stale: 0 }

  constructor(metrics: Metrics) {
    this.#metrics = metrics
    for (const state of Object.keys(this.#counts) as State[]) this.#add(state, 0)
  }

  /** A target goes from one state to another; one that is new has none before, one that leaves has none after. */
  moved(from: State | undefined, to: State | undefined): void {
    if (from === to) return
    if (from) this.#add(from, -1)
    if (to) this.#add(to, 1)
  }

  #add(state: State, by: number): void {
    this.#metrics.set(scrapeMetrics.targets, (this.#counts[state] += by), { state })
  }
}

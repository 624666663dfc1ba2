import type { Hearing } from '../../model/discovered.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Telemetry } from '../../telemetry/events.ts'
import { discoverEvents, discoverMetrics } from '../telemetry.ts'
import type { ClusterView } from './cluster-view.ts'
import type { Followed } from './followed.ts'

/** How often is told when something was heard last. */
const tellEveryMs = 1_000

interface TellerOptions {
  readonly clock: Clock
  readonly telemetry: Telemetry
  readonly view: Pick<ClusterView, 'hearings' | 'lost'>
  readonly watched: (hearings: readonly Hearing[]) => void
}

const states: readonly Hearing['state'][] = ['starting', 'following', 'retrying', 'refused', 'absent']

/** Tells status, metrics and log how the watches are heard. */
export class HearingTeller {
  readonly #options: TellerOptions
  #lost: readonly Followed[] = []
  /** The kinds of objects that metrics tell of. */
  #measured: ReadonlySet<string> = new Set()
  #cancel: (() => void) | undefined

  constructor(options: TellerOptions) {
    this.#options = options
  }

  heard(): void {
    this.#cancel ??= this.#options.clock.after(tellEveryMs, () => {
      this.#cancel = undefined
      this.tell()
    })
  }

  restarted(resource: string): void {
    this.#options.telemetry.metrics.count(discoverMetrics.watchRestarts, { resource })
  }

  tell(): void {
    const { view, watched } = this.#options
    const { hearings } = view
    this.#measure(hearings)
    this.#tellLosses(view.lost)
    watched(hearings)
  }

  end(): void {
    this.#cancel?.()
  }

  /** Of a kind of objects that is followed in several namespaces the one counts that was heard longest ago. */
  #measure(hearings: readonly Hearing[]): void {
    const { metrics } = this.#options.telemetry
    const byResource = Map.groupBy(hearings, ({ resource }) => resource)
    for (const resource of this.#measured.difference(new Set(byResource.keys()))) {
      metrics.unset(discoverMetrics.watchHeard, { resource })
      for (const state of states) metrics.unset(discoverMetrics.watches, { resource, state })
    }
    this.#measured = new Set(byResource.keys())
    for (const [resource, all] of byResource) {
      const heard = stillToHear(all).flatMap(({ lastHeardMs }) => lastHeardMs ?? [])
      if (heard.length > 0) metrics.set(discoverMetrics.watchHeard, Math.min(...heard) / 1e3, { resource })
      else metrics.unset(discoverMetrics.watchHeard, { resource })
      for (const state of states)
        metrics.set(discoverMetrics.watches, all.filter((hearing) => hearing.state === state).length, { resource, state })
    }
  }

  #tellLosses(lost: readonly Followed[]): void {
    const { telemetry } = this.#options
    const fields = ({ resource, namespace, reflector: { lastHeardMs } }: Followed) => ({
      resource,
      namespace,
      ...(lastHeardMs !== undefined && { lastHeard: new Date(lastHeardMs).toISOString() }),
    })
    for (const one of lost)
      if (!this.#lost.includes(one)) telemetry.emit(discoverEvents.watchLost, { ...fields(one), problem: one.reflector.problem?.message })
    for (const one of this.#lost)
      if (!lost.includes(one) && one.reflector.state === 'following') telemetry.emit(discoverEvents.watchRegained, fields(one))
    this.#lost = lost
  }
}

/** What does not exist says nothing, and what is refused is missed only where nothing else is heard in its stead. */
function stillToHear(all: readonly Hearing[]): readonly Hearing[] {
  const open = all.filter(({ state }) => state !== 'refused' && state !== 'absent')
  return open.length > 0 ? open : all.filter(({ state }) => state === 'refused')
}

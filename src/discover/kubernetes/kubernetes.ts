import { resolve } from 'node:path'
import type { Discovered, Hearing } from '../../model/discovered.ts'
import { explain } from '../../runtime/problem.ts'
import { Announcer } from '../announcer.ts'
import { discover, type DiscoverSettings, type History, noHistory } from '../discover.ts'
import type { Discovery, DiscoveryContext } from '../discovery.ts'
import { readNotes } from '../notes.ts'
import type { DiscoverOptions } from '../options.ts'
import { discoverEvents } from '../telemetry.ts'
import { tracedRound } from '../traced-round.ts'
import type { ClusterApi } from './cluster-api.ts'
import { ClusterView } from './cluster-view.ts'
import { HearingTeller } from './hearing-teller.ts'
import { Pulse } from './pulse.ts'
import { Rounds } from './rounds.ts'

/** Discovery from a Kubernetes API server, followed live. */
export function createKubernetes(options: DiscoverOptions, context: DiscoveryContext): Discovery {
  const { kubeconfig, context: name } = options.kubernetes
  const access = {
    ...(kubeconfig !== undefined && { kubeconfig: resolve(context.baseDirectory, kubeconfig) }),
    ...(name !== undefined && { context: name }),
  }
  // The library for kubeconfigs takes half a second and 90 MB to load: only where a cluster is asked.
  const connect = async () => (await import('./cluster.ts')).connectCluster(access)
  return new KubernetesDiscovery(connect, { ...options, allowLoopback: context.allowLoopback }, context)
}

export class KubernetesDiscovery implements Discovery {
  readonly #connect: () => Promise<ClusterApi>
  readonly #settings: DiscoverSettings
  readonly #context: DiscoveryContext
  readonly #announcer: Announcer
  #history: History
  #hasBegun = false
  #isClosed = false
  #closing: Promise<void> | undefined
  #end: (() => Promise<void>) | undefined

  /** @param connect reaches the API server, without asking it anything yet */
  constructor(connect: () => Promise<ClusterApi>, settings: DiscoverSettings, context: DiscoveryContext) {
    this.#connect = connect
    this.#settings = settings
    this.#context = context
    this.#announcer = new Announcer(context.telemetry)
    this.#history = { ...noHistory, ...readNotes(context.notes) }
  }

  async start(changed: (found: Discovered) => void, watched: (hearings: readonly Hearing[]) => void = () => {}): Promise<void> {
    const api = await this.#connect()
    if (this.#isClosed) return api.close()
    const { clock, telemetry } = this.#context
    const { promise: tried, resolve: firstTried } = Promise.withResolvers<void>()
    const rounds = new Rounds(clock, () => this.#round(view, { changed, firstTried, teller }))
    const view = new ClusterView({
      api,
      settings: this.#settings,
      withNodes: this.#context.withNodes ?? false,
      clock,
      random: Math.random,
      changed: () => rounds.ask(),
      told: (what, resource) => {
        if (what === 'restarted') return teller.restarted(resource)
        pulse.heard()
        teller.heard()
      },
    })
    const pulse = new Pulse({ api, clock, lost: (problem) => view.lose(problem) })
    const teller = new HearingTeller({ clock, telemetry, view, watched })
    this.#end = async () => {
      rounds.end()
      teller.end()
      pulse.end()
      firstTried()
      await view.close()
      await api.close()
    }
    view.start()
    pulse.start()
    await tried
  }

  close(): Promise<void> {
    this.#isClosed = true
    this.#closing ??= this.#end?.() ?? Promise.resolve()
    return this.#closing
  }

  /** Nobody waits for a round: its failure must be told, and must not end the process. */
  #round(view: ClusterView, { changed, firstTried, teller }: RoundContext): void {
    try {
      view.adapt(this.#history.monitored)
      teller.tell()
      const waiting = !this.#hasBegun && view.waiting
      if (!waiting) this.#look(view, changed)
      if (!waiting || waiting.obstacle) firstTried()
    } catch (error) {
      this.#context.telemetry.emit(discoverEvents.outcomeFailed, { error: explain(error) })
    }
  }

  #look(view: ClusterView, changed: (found: Discovered) => void): void {
    this.#hasBegun = true
    const find = () => {
      const { found, history } = discover(view.objects(), this.#settings, this.#history)
      this.#history = history
      return found
    }
    tracedRound(this.#context.telemetry, find, (found) => this.#announcer.announce(found, changed))
  }
}

interface RoundContext {
  readonly changed: (found: Discovered) => void
  /** There is an outcome, or it is known why not. */
  readonly firstTried: () => void
  readonly teller: HearingTeller
}

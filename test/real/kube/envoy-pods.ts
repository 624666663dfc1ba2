import { setTimeout as pauseFor } from 'node:timers/promises'
import { Applications } from '../envoy/applications.ts'
import { Ledger } from '../envoy/ledger.ts'
import { type PodName, podNames, pods, ports } from '../envoy/mesh.ts'
import { Sidecar } from '../envoy/sidecar.ts'
import { shopping, Traffic } from '../envoy/traffic.ts'
import { configMapObject, controllerObjects, namespaceObject, podObject } from './mesh-objects.ts'
import type { KubeServer } from './server.ts'

const atOnce = 16
export const namespaces = [...new Set(podNames.map((name) => pods[name].namespace))]

interface Options {
  readonly envoy: string
  readonly scratch: string
  readonly signal: AbortSignal
}

/** The bookstore's real sidecars as pods of a real API server, in a mesh whose metrics nobody enabled yet. */
export class EnvoyPods implements AsyncDisposable {
  readonly ledger = new Ledger()
  readonly #server: KubeServer
  readonly #options: Options
  readonly #traffic = new Traffic(this.ledger)
  readonly #sidecars = new Map<PodName, Sidecar>()
  #applications: Applications | undefined

  constructor(server: KubeServer, options: Options) {
    this.#server = server
    this.#options = options
  }

  /** All four run, with traffic behind them. */
  async begin(): Promise<void> {
    this.#applications = await Applications.start(this.ledger, this.#traffic)
    await Promise.all(podNames.map(async (name) => this.#sidecars.set(name, await Sidecar.start(pods[name], this.#options))))
    await this.#server.api.apply(...controllerObjects('osm', 'osm-system'), ...namespaces.map((name) => namespaceObject(name)))
    await this.#server.api.apply(configMapObject([]), ...podNames.map((name) => podObject(made(name))))
    await this.#traffic.drive(this.#calls(100), { atOnce })
  }

  async drive(count: number): Promise<void> {
    await this.#traffic.drive(this.#calls(count), { atOnce })
  }

  /** As `kubectl delete pod` ends it: marked, for some seconds still answering while it loses its traffic, then gone. Its callers go on. */
  async delete(name: PodName): Promise<void> {
    const over = new AbortController()
    const endless = (function* () {
      for (;;) yield* shopping(1_000, ['bookstore-v1'])
    })()
    const others = this.#traffic.drive(endless, { atOnce: 4, until: over.signal })
    try {
      const last = this.#traffic.drive(shopping(1_000, [name]), { atOnce: 4, until: AbortSignal.timeout(2_000) })
      await this.#pause(1_000)
      await this.#server.api.delete(podObject(made(name)), 30)
      await last
      await this.#pause(2_500) // in which it is asked every second
      await this.#sidecars.get(name)?.kill()
      await this.#server.api.delete(podObject(made(name)))
    } finally {
      over.abort()
    }
    await others
  }

  /** How often the page of a pod's metrics was asked for, as its sidecar says. */
  async scrapesOf(name: PodName): Promise<number> {
    const answer = await fetch(`http://${pods[name].ip}:${ports.admin}/stats?filter=prometheus-http-conn-manager.downstream_rq_total`)
    return Number(/downstream_rq_total: (\d+)/.exec(await answer.text())?.[1] ?? Number.NaN)
  }

  /** Leaves nothing behind. Safe at any moment. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#traffic.close()
    this.#applications?.close()
    await Promise.all([...this.#sidecars.values()].map((sidecar) => sidecar.kill()))
  }

  readonly #calls = (count: number) => shopping(count, ['bookstore-v1', 'bookstore-v2'])

  async #pause(ms: number): Promise<void> {
    await pauseFor(ms, undefined, { signal: this.#options.signal })
  }
}

const made = (name: PodName) => ({
  namespace: pods[name].namespace,
  name: `${name}-7d4cdc5f9b-kx2wp`,
  app: name,
  ip: pods[name].ip,
  port: ports.metrics,
  path: '/stats/prometheus',
  enabled: false,
})

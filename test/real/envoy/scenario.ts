import { join } from 'node:path'
import { setTimeout as pauseFor } from 'node:timers/promises'
import { AdminBook } from './admin-book.ts'
import { Applications } from './applications.ts'
import { Ledger } from './ledger.ts'
import { Manifests } from './manifests.ts'
import { type PodName, podNames, pods } from './mesh.ts'
import { Sidecar } from './sidecar.ts'
import { shopping, Traffic } from './traffic.ts'

/** Longer than Envoy keeps histograms to itself (it merges them every 5 s) and than the collector's interval. */
const settleMs = 6_500
const atOnce = 16

interface Options {
  readonly envoy: string
  readonly scratch: string
  /** Ends the scenario at its next pause. */
  readonly signal: AbortSignal
}

/**
 * The life of a small mesh of real sidecars: traffic from before the collector came, a pod that is born under load, errors, timeouts, resets, a sidecar
 * that restarts after a quiet moment, a pod that is deleted while traffic flows.
 */
export class Scenario {
  readonly ledger = new Ledger()
  readonly admin = new AdminBook()
  readonly manifests: Manifests
  readonly #options: Options
  readonly #sidecars = new Map<PodName, Sidecar>()
  readonly #traffic = new Traffic(this.ledger)
  #applications: Applications | undefined

  constructor(options: Options) {
    this.#options = options
    this.manifests = new Manifests(join(options.scratch, 'manifests'))
  }

  /** Three of four pods run and have traffic behind them, which is not to be counted. */
  async begin(): Promise<void> {
    this.#applications = await Applications.start(this.ledger, this.#traffic)
    const first = podNames.filter((name) => name !== 'bookstore-v2')
    await Promise.all(first.map((name) => this.#start(name)))
    await this.manifests.writeMesh()
    for (const name of first) await this.manifests.writePod(name, { process: 1 })
    await this.#traffic.drive(shopping(200, ['bookstore-v1']), { atOnce })
    await this.#pause(settleMs)
    for (const sidecar of this.#sidecars.values()) await this.admin.enter(sidecar, -1)
    this.ledger.clear()
  }

  /** A pod that the collector sees appear, under load from its first moment. */
  async bear(): Promise<void> {
    await this.#start('bookstore-v2')
    const traffic = this.#traffic.drive(shopping(1_000, ['bookstore-v1', 'bookstore-v2']), { atOnce })
    await this.manifests.writePod('bookstore-v2', { process: 1 })
    await traffic
  }

  /** The caller's sidecar crashes after a quiet moment, and comes back as another process with counters from zero. */
  async restart(): Promise<void> {
    await this.#pause(settleMs)
    await this.#end('bookbuyer')
    await this.#pause(500)
    await this.#start('bookbuyer')
    await this.manifests.writePod('bookbuyer', { process: 2 })
    await this.#traffic.drive(shopping(1_000, ['bookstore-v1', 'bookstore-v2']), { atOnce })
  }

  /** As Kubernetes deletes a pod: marked, for some seconds still answering while it loses its traffic, then gone. Its callers go on. */
  async remove(): Promise<void> {
    const over = new AbortController()
    const endless = (function* () {
      for (;;) yield* shopping(1_000, ['bookstore-v1'])
    })()
    const others = this.#traffic.drive(endless, { atOnce: 4, until: over.signal })
    try {
      const last = this.#traffic.drive(shopping(1_000, ['bookstore-v2']), { atOnce: 4, until: AbortSignal.timeout(2_000) })
      await this.#pause(1_000)
      await this.manifests.writePod('bookstore-v2', { process: 1, deletedAt: new Date() })
      await last
      await this.#pause(3_000)
      await this.#end('bookstore-v2')
      await this.manifests.removePod('bookstore-v2')
      await this.#traffic.drive(shopping(50, ['bookstore-v2']), { atOnce: 4 }) // refused: nobody is there any more
    } finally {
      over.abort()
    }
    await others
  }

  /** Nothing moves any more; the sidecars that still run close their books. */
  async end(): Promise<void> {
    await this.#pause(settleMs)
    for (const sidecar of this.#sidecars.values()) {
      await this.admin.enter(sidecar, 1)
      await this.admin.enterActive(sidecar)
    }
  }

  /** Leaves nothing behind. Safe at any moment. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#traffic.close()
    this.#applications?.close()
    await Promise.all([...this.#sidecars.values()].map((sidecar) => sidecar.kill()))
  }

  async #pause(ms: number): Promise<void> {
    await pauseFor(ms, undefined, { signal: this.#options.signal })
  }

  async #start(name: PodName): Promise<void> {
    this.#sidecars.set(name, await Sidecar.start(pods[name], this.#options))
  }

  /** A sidecar's last word is entered before it dies. */
  async #end(name: PodName): Promise<void> {
    const sidecar = this.#sidecars.get(name)
    if (!sidecar) return
    await this.admin.enter(sidecar, 1)
    await sidecar.kill()
    this.#sidecars.delete(name)
  }
}

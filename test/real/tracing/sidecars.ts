import { mkdir } from 'node:fs/promises'
import { Application } from './application.ts'
import type { SpansTo } from './bootstrap.ts'
import { Ledger } from './ledger.ts'
import { type Naming, type Pod, type PodName, pods } from './mesh.ts'
import { type SpanFigures, TracedSidecar } from './sidecar.ts'

export interface ChainSetting {
  /** Envoy's executable. */
  readonly envoy: string
  /** The library that gives each sidecar its pod's address. */
  readonly ownAddress: string
  /** A folder for its configurations and logs; made if need be. */
  readonly scratch: string
  readonly signal: AbortSignal
  readonly spansTo: SpansTo
  readonly naming: Naming
}

const paths = ['/buy?book=7', '/ok', '/buy', '/missing', '/sold-out', '/buy', '/broken', '/buy', '/ok', '/buy']

/** bookbuyer → bookstore → bookwarehouse: real sidecars that trace as OSM sets them up, made-up applications, and a ledger of what was sent. */
export class BookChain implements AsyncDisposable {
  readonly ledger = new Ledger()
  readonly #applications = new Map<PodName, Application>()
  readonly #sidecars = new Map<PodName, TracedSidecar>()

  /** Resolves once all three take requests. The called start before their callers, who must know where they listen. */
  static async start(setting: ChainSetting): Promise<BookChain> {
    await mkdir(setting.scratch, { recursive: true })
    const chain = new BookChain()
    try {
      for (const pod of pods.toReversed()) await chain.#start(pod, setting)
      return chain
    } catch (error) {
      await chain[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Shops `count` times, at most `atOnce` at a time; of ten times six are two calls long, one of these and one of the others end in a 5xx, one in a 404. */
  async shop(count: number, options: { readonly atOnce: number }): Promise<void> {
    const buyer = this.#applications.get('bookbuyer')
    let next = 0
    const worker = async () => {
      while (next < count) await buyer?.call(paths[next++ % paths.length] ?? '/ok')
    }
    await Promise.all(Array.from({ length: options.atOnce }, worker))
  }

  /** What all sidecars together say of the spans they sent. */
  async spanFigures(): Promise<SpanFigures> {
    const each = await Promise.all([...this.#sidecars.values()].map((sidecar) => sidecar.spanFigures()))
    const sum = (figure: keyof SpanFigures) => each.reduce((total, figures) => total + figures[figure], 0)
    return { spans: sum('spans'), accepted: sum('accepted'), dropped: sum('dropped') }
  }

  /** How many spans the sidecars still keep back: two are made by each call, and all are sent within five seconds. */
  async unsent(): Promise<number> {
    return 2 * this.ledger.calls - (await this.spanFigures()).spans
  }

  /** Leaves nothing behind. Safe at any moment. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const application of this.#applications.values()) application.close()
    await Promise.all([...this.#sidecars.values()].map((sidecar) => sidecar[Symbol.asyncDispose]()))
  }

  async #start(pod: Pod, setting: ChainSetting): Promise<void> {
    const outboundPort = () => this.#sidecars.get(pod.name)?.outboundPort ?? 0
    const application = await Application.start(pod, { ledger: this.ledger, outboundPort })
    this.#applications.set(pod.name, application)
    const called = pod.calls && this.#sidecars.get(pod.calls)
    const upstream = called && { ip: called.pod.ip, port: called.inboundPort }
    const surroundings = { applicationPort: application.port, ...(upstream && { upstream }) }
    this.#sidecars.set(pod.name, await TracedSidecar.start(pod, { ...setting, ...surroundings }))
  }
}

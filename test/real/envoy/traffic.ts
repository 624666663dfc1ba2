import { Agent, get } from 'node:http'
import type { Ledger } from './ledger.ts'
import { type PodName, pods, ports } from './mesh.ts'

export interface Call {
  readonly from: PodName
  readonly to: PodName
  readonly path: string
}

/** Names the caller to the application, which keeps its own book by caller. */
export const callerHeader = 'x-caller'

/** Sends requests through the callers' sidecars and enters every answer into the ledger. */
export class Traffic {
  readonly #ledger: Ledger
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 })

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** One request; resolves to the response code, 0 when the caller's own sidecar broke off. */
  send({ from, to, path }: Call): Promise<number> {
    const startedMs = performance.now()
    const options = { host: pods[from].ip, port: ports.outbound, path, agent: this.#agent, headers: { host: to, [callerHeader]: from } }
    return new Promise((resolve) => {
      const broke = () => {
        this.#ledger.broken++
        resolve(0)
      }
      get(options, (response) => {
        const code = response.statusCode ?? 0
        response.resume()
        response.on('error', broke)
        response.on('end', () => {
          this.#ledger.answered({ from, to, code, ms: performance.now() - startedMs })
          resolve(code)
        })
      }).on('error', broke)
    })
  }

  /** Sends all calls, at most `atOnce` at a time, until done or `until` fires. */
  async drive(calls: Iterable<Call>, options: { readonly atOnce: number; readonly until?: AbortSignal }): Promise<void> {
    const queue = calls[Symbol.iterator]()
    const worker = async () => {
      for (let next = queue.next(); !next.done && !options.until?.aborted; next = queue.next()) await this.send(next.value)
    }
    await Promise.all(Array.from({ length: options.atOnce }, worker))
  }

  close(): void {
    this.#agent.destroy()
  }
}

const storePaths = [
  '/ok',
  '/buy',
  '/ok',
  '/slow?ms=30',
  '/buy',
  '/missing',
  '/ok',
  '/fail',
  '/buy',
  '/ok',
  '/slow?ms=120',
  '/ok',
  '/reset',
  '/buy',
  '/slow?ms=900',
  '/ok',
]
/** Delays in the middle of Envoy's buckets (25 to 50, 100 to 250, 250 to 500 ms), so that each quantile has a bucket to lie in. */
const warehousePaths = [
  '/slow?ms=36',
  '/slow?ms=36',
  '/slow?ms=36',
  '/slow?ms=160',
  '/slow?ms=36',
  '/ok',
  '/slow?ms=36',
  '/slow?ms=160',
  '/slow?ms=36',
  '/slow?ms=330',
]

/** A shopping day: `count` calls from bookbuyer to the given stores, every fifth to the warehouse itself. The same every time. */
export function* shopping(count: number, stores: readonly PodName[]): Generator<Call> {
  for (let i = 0; i < count; i++) {
    const [to, paths] =
      i % 5 === 4 ? (['bookwarehouse', warehousePaths] as const) : ([stores[i % stores.length] ?? 'bookstore-v1', storePaths] as const)
    yield { from: 'bookbuyer', to, path: paths[Math.floor(i / 5) % paths.length] ?? '/ok' }
  }
}

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MadePod } from './mesh-objects.ts'

const host = '127.66.0.1'

interface Book {
  readonly pod: MadePod
  readonly server: Server
  /** What its sidecar has counted since its process began. */
  requests: number
  /** What of that is not to be counted: it was before the collector's first look. */
  readonly before: number
  busy: boolean
  /** When its page was asked for, on the clock of `performance.now()`. */
  readonly askedMs: number[]
}

/** Sidecars without a mesh, each with a port of its own, which know what they said. */
export class PagePods implements Disposable {
  readonly #books = new Map<string, Book>()
  /** What those counted that are gone, by workload. */
  readonly #left = new Map<string, number>()
  #traffic: NodeJS.Timeout | undefined

  /** One more, by its workload; `before` is what it had counted when nobody watched. */
  async add(namespace: string, app: string, before = 0): Promise<MadePod> {
    const server = createServer((_, response) => {
      book.askedMs.push(performance.now())
      response.writeHead(200, { 'content-type': 'text/plain' }).end(page(book.requests))
    })
    await once(server.listen(0, host), 'listening')
    const { port } = server.address() as AddressInfo
    const pod = { namespace, name: `${app}-7d4cdc5f9b-kx2wp`, app, ip: host, port, path: '/stats/prometheus' }
    const book: Book = { pod, server, requests: before, before, busy: true, askedMs: [] }
    this.#books.set(app, book)
    return pod
  }

  get pods(): readonly MadePod[] {
    return [...this.#books.values()].map(({ pod }) => pod)
  }

  /** Its traffic has gone elsewhere; it still answers. */
  quieten(app: string): void {
    const book = this.#books.get(app)
    if (book) book.busy = false
  }

  /** It does not answer any more; what it counted stays in the truth. */
  remove(app: string): void {
    const book = this.#books.get(app)
    if (!book) return
    this.#left.set(app, countOf(book) + (this.#left.get(app) ?? 0))
    this.#books.delete(app)
    close(book)
  }

  /** Everybody gets requests, until `rest`. */
  flow(): void {
    this.#traffic ??= setInterval(() => {
      for (const book of this.#books.values()) if (book.busy) book.requests += Math.floor(Math.random() * 5)
    }, 20)
  }

  rest(): void {
    clearInterval(this.#traffic)
    this.#traffic = undefined
  }

  /** Requests by workload. */
  get truth(): ReadonlyMap<string, number> {
    const apps = new Set([...this.#left.keys(), ...this.#books.keys()])
    return new Map([...apps].map((app) => [app, countOf(this.#books.get(app)) + (this.#left.get(app) ?? 0)]))
  }

  /** How many were never asked. */
  get unasked(): number {
    return [...this.#books.values()].filter(({ askedMs }) => askedMs.length === 0).length
  }

  /** The longest time since then in which one of those that were known before was not asked, milliseconds. */
  longestSilence(sinceMs: number): number {
    const nowMs = performance.now()
    const known = [...this.#books.values()].filter(({ askedMs: [firstMs = nowMs] }) => firstMs < sinceMs)
    return Math.round(Math.max(...known.map(({ askedMs }) => longestGap([sinceMs, ...askedMs.filter((ms) => ms > sinceMs), nowMs]))))
  }

  [Symbol.dispose](): void {
    this.rest()
    for (const book of this.#books.values()) close(book)
  }
}

function close({ server }: Book): void {
  server.close()
  server.closeAllConnections()
}

const countOf = (book?: Book): number => (book ? book.requests - book.before : 0)

const longestGap = (timesMs: readonly number[]): number => Math.max(...timesMs.slice(1).map((ms, i) => ms - (timesMs[i] ?? ms)))

/** Of a sidecar's page only what counts here. */
const page = (requests: number): string => `# TYPE envoy_cluster_upstream_rq counter
envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="shop/till|80"} ${requests}
# TYPE envoy_server_live gauge
envoy_server_live{} 1
`

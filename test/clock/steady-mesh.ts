import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { type Collector, startCollector } from '../../src/collector.ts'
import { configSchema } from '../../src/config/schema.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { endpoint } from '../hostile/neighbours.ts'
import { page, Wire } from '../scrape/support/wire.ts'
import { FakeClock } from '../support/fake-clock.ts'

export const targets = 10
export const intervalMs = 10_000
/** What each target truly does. */
export const requestsPerSecond = 10

/** A sidecar's page was asked for. */
interface Ask {
  readonly name: string
  readonly atMs: number
}

/**
 * Ten sidecars behind one real listener, each with ten requests per second, and a collector over them whose time is the test's. The sidecars' time goes
 * on whatever the collector's clock says; their uptime follows the clock of their node.
 */
export class SteadyMesh {
  readonly clock = new FakeClock()
  readonly log: string[] = []
  readonly asks: Ask[] = []
  #worldMs = 1e9
  #nodeClockMs = 0
  #committed = 0
  #collector: Collector | undefined
  readonly #folder: string
  readonly #told = new Map<string, { readonly first: number; readonly last: number }>()
  readonly #wire = new Wire(({ path, socket }) => {
    const name = path.split(/[/?]/)[1] ?? ''
    const requests = Math.floor((this.#worldMs * requestsPerSecond) / 1e3)
    this.#told.set(name, { first: this.#told.get(name)?.first ?? requests, last: requests })
    this.asks.push({ name, atMs: this.clock.monotonicMs() })
    socket.write(page(this.#page(name, requests)))
  })

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async start(): Promise<SteadyMesh> {
    const mesh = new SteadyMesh(await mkdtemp(join(tmpdir(), 'clock-test-')))
    const { host } = await mesh.#wire.listen()
    const endpoints = Array.from({ length: targets }, (_, i) => endpoint(host, `pod-${i}`, { __metrics_path__: `/pod-${i}` }))
    await writeFile(join(mesh.#folder, 'targets.json'), JSON.stringify(endpoints))
    await mesh.startCollector()
    return mesh
  }

  /** Goes on with the state that is there. */
  async startCollector(): Promise<void> {
    const config = configSchema.parse({
      discover: { source: 'file_sd', file_sd: { paths: ['targets.json'] } },
      scrape: { interval: `${intervalMs}ms`, allowLoopback: true, filter: 'off' },
      http: { listen: '127.0.0.1:0' },
      state: { path: 'state' },
    })
    const log = createLog({ level: 'debug', destination: { write: (line) => void this.log.push(line) } })
    this.#collector = await startCollector(config, { baseDirectory: this.#folder, version: 'test', log, clock: this.clock })
  }

  async stopCollector(): Promise<void> {
    const stopped = this.#collector?.stop(1_000)
    await stopped
  }

  async stop(): Promise<void> {
    await this.stopCollector()
    this.#wire.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** Time goes on for everyone, in small steps; after each one, all that was asked for is counted. */
  async run(ms: number, afterStep: () => Promise<void> = async () => {}): Promise<void> {
    for (let passed = 0; passed < ms; passed += 500) {
      this.#committed = this.#counted // the next commit is made before the next pages are in
      this.pass(500)
      this.clock.advance(500)
      await this.#quiet()
      await afterStep()
    }
  }

  /** Time goes on for the sidecars alone. */
  pass(ms: number): void {
    this.#worldMs += ms
  }

  /** The clock of the sidecars' node is set. */
  setNodeClock(byMs: number): void {
    this.#nodeClockMs += byMs
  }

  /** All requests between each target's first page and its last, of pages that are committed by now. */
  get truth(): number {
    return this.#committed
  }

  get #counted(): number {
    return [...this.#told.values()].reduce((sum, { first, last }) => sum + last - first, 0)
  }

  async json<T>(path: string): Promise<T> {
    return (await fetch(`${this.#collector?.url}${path}`)).json() as Promise<T>
  }

  async text(path: string): Promise<string> {
    return (await fetch(`${this.#collector?.url}${path}`)).text()
  }

  /** Sockets and the state's thread do their work; the clock stands still meanwhile. Who waits in vain runs into the limit of the test. */
  async #quiet(): Promise<void> {
    while (!/^meshtelemetry_scrapes_in_flight 0$/m.test(await this.text('/metrics')));
    while (this.#collector?.reading.status().committedMs !== this.clock.wallMs()) await turn()
  }

  #page(name: string, requests: number): string {
    const cluster = `envoy_cluster_name="shop/${name}|80"`
    return [
      '# TYPE envoy_cluster_upstream_rq counter',
      `envoy_cluster_upstream_rq{envoy_response_code="200",${cluster}} ${requests}`,
      '# TYPE envoy_server_live gauge',
      'envoy_server_live{} 1',
      '# TYPE envoy_server_uptime gauge',
      `envoy_server_uptime{} ${Math.floor((this.#worldMs + this.#nodeClockMs) / 1e3)}`,
      '',
    ].join('\n')
  }
}

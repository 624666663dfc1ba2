import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Collector, startCollector } from '../../src/collector.ts'
import { configSchema } from '../../src/config/schema.ts'
import type { TargetsAnswer } from '../../src/model/figures.ts'
import { duration } from '../../src/runtime/options.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { type Asked, page, Wire } from '../scrape/support/wire.ts'
import { AwakeTime } from '../support/awake-time.ts'
import { patient } from '../support/patient.ts'

/** One endpoint of a `file_sd` file. */
export interface Endpoint {
  readonly targets: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

/** What a good neighbour prints: the counter goes on with every answer until the test holds it still. */
export class Neighbour {
  /** In the time in which this thread could work: a pause of the machine's own is nobody's fault. */
  readonly askedMs: number[] = []
  readonly #passed = new AwakeTime()
  /** The values that went out, in order. */
  readonly told: number[] = []
  isCounting = true
  #requests = 1_000_003
  readonly #wire = new Wire(({ socket }) => {
    this.askedMs.push(this.#passed.ms)
    if (this.isCounting) this.#requests += 7
    this.told.push(this.#requests)
    socket.write(page(sidecarPage('shop/cart|80', this.#requests)))
  })

  async endpoint(): Promise<Endpoint> {
    return endpoint((await this.#wire.listen()).host, 'neighbour')
  }

  /** What was counted of it when all is counted: the first page is the baseline. */
  get counted(): number {
    return (this.told.at(-1) ?? 0) - (this.told[0] ?? 0)
  }

  /** The longest time between two of its pages, from its second page on: the first comes out of the schedule. */
  get longestPauseMs(): number {
    return Math.max(...this.askedMs.slice(2).map((ms, index) => ms - (this.askedMs[index + 1] ?? ms)))
  }

  close(): void {
    this.#passed.close()
    this.#wire.close()
  }
}

export const endpoint = (address: string, name: string, labels: Readonly<Record<string, string>> = {}): Endpoint => ({
  targets: [address],
  labels: { source_namespace: name, source_workload_name: name, source_workload_kind: 'Deployment', ...labels },
})

/** A sidecar's page about one cluster. */
export const sidecarPage = (cluster: string, requests: number | string): string =>
  [
    '# TYPE envoy_server_live gauge',
    'envoy_server_live{} 1',
    '# TYPE envoy_cluster_upstream_rq counter',
    `envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="${cluster}"} ${requests}`,
    '# TYPE envoy_cluster_upstream_rq_total counter',
    `envoy_cluster_upstream_rq_total{envoy_cluster_name="${cluster}"} ${requests}`,
    '',
  ].join('\n')

/** One server for many targets: the first word of the path says which script answers. */
export class Scripts {
  readonly #scripts: ReadonlyMap<string, (asked: Asked) => void>
  readonly #wire = new Wire((asked) => this.#scripts.get(asked.path.split(/[/?]/)[1] ?? '')?.(asked))

  constructor(scripts: ReadonlyMap<string, (asked: Asked) => void>) {
    this.#scripts = scripts
  }

  async listen(): Promise<string> {
    return (await this.#wire.listen()).host
  }

  close(): void {
    this.#wire.close()
  }
}

/** Sections of the configuration beside discovery and listening. */
interface Settings extends Readonly<Record<string, unknown>> {
  /** No read is given up on a busy machine. */
  readonly isPatient?: boolean
}

const msOf = (text: string) => duration({ min: '1ms', max: '1d' }).parse(text)

/** A running collector over `file_sd`, and what it says. */
export class Watched {
  readonly log: string[] = []
  readonly #folder: string
  #collector: Collector | undefined

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async start(endpoints: readonly Endpoint[], { isPatient = false, ...settings }: Settings): Promise<Watched> {
    const folder = await mkdtemp(join(tmpdir(), 'hostile-test-'))
    await writeFile(join(folder, 'targets.json'), JSON.stringify(endpoints))
    return Watched.over(folder, { ...settings, isPatient, discover: { source: 'file_sd', file_sd: { paths: ['targets.json'] } } })
  }

  /** The same over a folder that is there; it goes when the collector stops. */
  static async over(folder: string, { isPatient = false, ...settings }: Settings): Promise<Watched> {
    const watched = new Watched(folder)
    const config = configSchema.parse({ http: { listen: '127.0.0.1:0' }, ...settings })
    const destination = new Writable({ write: (text, _, done) => (watched.log.push(String(text)), done()) })
    const log = createLog({ level: 'debug', destination })
    watched.#collector = await startCollector(isPatient ? patient(config) : config, { baseDirectory: folder, version: 'test', log })
    return watched
  }

  async text(path: string): Promise<string> {
    return (await fetch(`${this.#collector?.url}${path}`)).text()
  }

  async json(path: string): Promise<unknown> {
    return JSON.parse(await this.text(path))
  }

  targets(): TargetsAnswer {
    if (!this.#collector) throw new Error('it does not run')
    return this.#collector.reading.targets()
  }

  /** In every how many intervals targets were read at worst: more than one where the machine leaves the collector too little time. */
  get stretch(): number {
    const told = this.log.map((line) => JSON.parse(line) as { event: string; interval: string; readEvery: string })
    const stretched = told.filter(({ event }) => event === 'scrape_stretched')
    return Math.max(1, ...stretched.map(({ interval, readEvery }) => msOf(readEvery) / msOf(interval)))
  }

  async stop(): Promise<void> {
    await this.#collector?.stop(2_000)
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Waits for what follows from pages that are on their way. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, limitMs = 50_000): Promise<void> {
  const end = performance.now() + limitMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`)
    await sleep(25)
  }
}

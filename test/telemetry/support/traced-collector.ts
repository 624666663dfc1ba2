import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Collector, startCollector } from '../../../src/collector.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { createLog } from '../../../src/telemetry/log.ts'
import { patient } from '../../support/patient.ts'

const page = `# TYPE envoy_server_live gauge
envoy_server_live{} 1
# TYPE envoy_cluster_upstream_rq_xx counter
envoy_cluster_upstream_rq_xx{envoy_response_code_class="2",envoy_cluster_name="bookstore/bookstore-v1|14001"} 7
`

/** A whole collector over one sidecar that prints two series, with rows to a folder. */
export class TracedCollector implements AsyncDisposable {
  readonly collector: Collector
  readonly log: readonly string[]
  readonly #sidecar: Server
  readonly #folder: string

  private constructor(parts: { readonly collector: Collector; readonly log: string[]; readonly sidecar: Server; readonly folder: string }) {
    this.collector = parts.collector
    this.log = parts.log
    this.#sidecar = parts.sidecar
    this.#folder = parts.folder
  }

  /**
   * @param traces the section `telemetry.traces`
   * @param more other sections of the configuration
   * @param status what the sidecar answers with
   */
  static async start(traces: object | undefined, more: object = {}, status = 200): Promise<TracedCollector> {
    const folder = await mkdtemp(join(tmpdir(), 'traced-'))
    const sidecar = createServer((_, response) => void response.writeHead(status, { 'content-type': 'text/plain' }).end(page))
    await once(sidecar.listen(0, '127.0.0.1'), 'listening')
    const { port } = sidecar.address() as AddressInfo
    const labels = { __metrics_path__: '/stats/prometheus' }
    await writeFile(join(folder, 'targets.json'), JSON.stringify([{ targets: [`127.0.0.1:${port}`], labels }]))
    await writeFile(join(folder, 'nobody.json'), '[]')
    const config = configSchema.parse({
      discover: { source: 'file_sd', file_sd: { paths: ['targets.json'] } },
      scrape: { interval: '200ms', allowLoopback: true },
      http: { listen: '127.0.0.1:0' },
      forward: { files: { path: './rows' } },
      telemetry: { logLevel: 'info', ...(traces && { traces }) },
      ...more,
    })
    const log: string[] = []
    const destination = { write: (line: string) => void log.push(line) }
    const collector = await startCollector(patient({ ...config, rows: { ...config.rows, interval: 300 } }), {
      baseDirectory: folder,
      version: '1.2.3',
      log: createLog({ level: 'info', destination }),
    })
    return new TracedCollector({ collector, log, sidecar, folder })
  }

  async metric(name: string): Promise<string | undefined> {
    const text = await (await fetch(`${this.collector.url}/metrics`)).text()
    return text.split('\n').find((line) => line.startsWith(name))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.collector.stop(10_000)
    this.#sidecar.closeAllConnections()
    this.#sidecar.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { type DemoMesh, startDemoMesh } from '../../../src/demo/mesh.ts'
import type { EdgesAnswer } from '../../../src/model/figures.ts'
import type { TracesAnswer } from '../../../src/model/trace-figures.ts'
import { CollectorProcess, freeAddress } from '../collector-process.ts'
import { until } from '../kube/waiting.ts'
import type { RealSetting } from '../part.ts'
import { browsing, type Browsing } from './browsing.ts'
import { type Place, placesOf } from './places.ts'

/** Without the launcher: it is the child itself that is killed. */
const command = [process.execPath, join(import.meta.dirname, '../../../src/main.ts')]
const configMap = 'container-azm-ms-osmconfig.yaml'
/** Few enough that the traces of a minute are kept. */
const tracedShare = 0.05
/** Not every moment of the last seconds is kept for long. */
const settledMs = 5_000
export const jaegerUrl = 'http://127.0.0.1:16686'

/** What a reader's page is proven with. */
export interface Reader extends RealSetting {
  readonly browser: Browser
}

/** The demo's mesh as time goes by, and a collector of it in a process of its own, which may go and come back. */
export class Scene {
  readonly mesh: DemoMesh
  readonly reader: Reader
  readonly #config: Readonly<Record<string, unknown>>
  #collector: CollectorProcess

  private constructor(mesh: DemoMesh, reader: Reader, config: Readonly<Record<string, unknown>>, collector: CollectorProcess) {
    this.mesh = mesh
    this.reader = reader
    this.#config = config
    this.#collector = collector
  }

  static async start(reader: Reader): Promise<Scene> {
    const scratch = join(reader.scratch, 'scene')
    const manifests = join(scratch, 'manifests')
    await mkdir(manifests, { recursive: true })
    await copyFile(join(import.meta.dirname, '../../../configmaps', configMap), join(manifests, configMap))
    const mesh = await startDemoMesh({ manifestsFolder: manifests, onEpisode: reader.log })
    try {
      const spans = await freeAddress()
      const config = {
        discover: { source: 'manifests', manifests: { path: manifests } },
        scrape: { interval: '1s', timeout: '900ms', allowLoopback: true },
        http: { listen: await freeAddress(), jaeger: jaegerUrl },
        traces: { listen: spans },
        state: { path: join(scratch, 'state') },
        rows: { interval: '5s' },
        forward: { files: { path: join(scratch, 'rows') } },
      }
      const collector = await CollectorProcess.run(config, { scratch, command })
      mesh.trace(new URL(`http://${spans}/api/v2/spans`), tracedShare)
      return new Scene(mesh, reader, config, collector)
    } catch (error) {
      await mesh.close()
      throw error
    }
  }

  get url(): string {
    return `${this.#collector.url}/`
  }

  json<T>(path: string): Promise<T> {
    return this.#collector.json<T>(path)
  }

  browse<T>(view: string, proof: Parameters<typeof browsing<T>>[1], options: Partial<Browsing> = {}): Promise<T> {
    const { browser, scratch } = this.reader
    return browsing<T>({ browser, url: this.url, view, scratch, ...options }, proof)
  }

  /** Waits until the collector has that much of the past, and errors among it; the moment up to which it has it, for `until`. */
  async pastOf(ms: number): Promise<string> {
    let atMs = 0
    await until(120_000, async () => {
      const now = await this.json<EdgesAnswer>('/api/v1/edges')
      const then = await this.json<EdgesAnswer>(`/api/v1/edges?by=source&until=${now.atMs - settledMs}`)
      atMs = then.atMs
      const errors = then.edges.reduce((sum, { requests }) => sum + (requests?.errorRatio ?? 0), 0)
      return then.coveredMs < ms || errors === 0
        ? `only ${then.coveredMs} ms are covered, ${errors === 0 ? 'without' : 'with'} errors`
        : undefined
    })
    return new Date(atMs).toISOString()
  }

  /** What there is to open now. */
  async places(): Promise<readonly Place[]> {
    let traces: TracesAnswer['traces'] = []
    await until(60_000, async () => {
      traces = (await this.json<TracesAnswer>('/api/v1/traces?error=true')).traces.filter(({ settled }) => settled)
      return traces.length === 0 ? 'no whole trace has errors' : undefined
    })
    return placesOf(await this.json<EdgesAnswer>('/api/v1/edges'), traces)
  }

  async loseCollector(): Promise<void> {
    await this.#collector.crash()
  }

  /** On the same port, with what it knew. */
  async returnCollector(): Promise<void> {
    this.#collector = await CollectorProcess.run(this.#config, { scratch: join(this.reader.scratch, 'scene'), command })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#collector.stop()
    await this.mesh.close()
  }
}

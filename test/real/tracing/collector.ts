import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DestinationFigures, StatusAnswer } from '../../../src/model/figures.ts'
import { CollectorProcess } from '../collector-process.ts'
import type { Jaeger } from './jaeger.ts'
import { type Pod, pods } from './mesh.ts'
import { lastingPorts } from './ports.ts'

/** By which way spans go on, which is also the destination's name, and the port of Jaeger that it ends at. */
export const ways = { zipkin: 'zipkin', otlp: 'otlpHttp', jaeger: 'thriftHttp' } as const
export type Way = keyof typeof ways
export const wayNames = Object.keys(ways) as readonly Way[]

export type JaegerByWay = Readonly<Record<Way, Jaeger>>

interface Setting {
  readonly scratch: string
  readonly jaegers: JaegerByWay
}

const main = join(import.meta.dirname, '../../../src/main.ts')

/** A collector in a process of its own that knows the pods of the chain, takes their spans, and sends them on by every way, each to a Jaeger of its own. */
export class SpanCollector implements AsyncDisposable {
  readonly #setting: Setting
  readonly #port: number
  #process: CollectorProcess | undefined

  private constructor(port: number, setting: Setting) {
    this.#port = port
    this.#setting = setting
  }

  static async start(setting: Setting): Promise<SpanCollector> {
    const manifests = join(setting.scratch, 'manifests')
    await mkdir(manifests, { recursive: true })
    await writeFile(join(manifests, 'pods.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods.map(manifestOf) }))
    const [port = 0] = await lastingPorts(1)
    const collector = new SpanCollector(port, setting)
    await collector.startAgain()
    return collector
  }

  /** On the same port for spans, with the state that there is. */
  async startAgain(): Promise<void> {
    const { scratch, jaegers } = this.#setting
    // patient, since what is not answered in time is repeated
    const forward = wayNames.map((way) => [way, { endpoint: `http://127.0.0.1:${jaegers[way].ports[ways[way]]}`, timeout: '1m' }] as const)
    const config = {
      discover: { source: 'manifests', manifests: { path: join(scratch, 'manifests') } },
      state: { path: this.state },
      traces: { listen: this.address },
      forward: Object.fromEntries(forward),
    }
    // Without the launcher: it is the child itself that is killed.
    this.#process = await CollectorProcess.run(config, { scratch, command: [process.execPath, main] })
  }

  /** Where it takes spans: `127.0.0.1:20123`. */
  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  get state(): string {
    return join(this.#setting.scratch, 'state')
  }

  async destinations(): Promise<readonly DestinationFigures[]> {
    return (await this.#process?.json<StatusAnswer>('/api/v1/status'))?.destinations ?? []
  }

  /** What still waits or was given up, in words; `undefined` when everything has gone out. */
  async unsent(): Promise<string | undefined> {
    const told = (await this.destinations()).flatMap(({ name, queued, dropped, error }) => {
      if (Object.keys(dropped).length > 0) throw new Error(`of spans for ${name} were dropped: ${JSON.stringify(dropped)}`)
      return queued.count === 0 ? [] : [`${queued.count} spans wait for ${name}${error ? ` (${error.code})` : ''}`]
    })
    return told.length === 0 ? undefined : told.join(', ')
  }

  /** `kill -9`. Safe twice. */
  async crash(): Promise<void> {
    await this.#process?.crash()
    this.#process = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.crash()
  }
}

/** With the service account that a pod has which says nothing. It has no annotation that would have it scraped. */
const manifestOf = ({ name, ip }: Pod) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `${name}-7d4cdc5f9b-x2x4x`,
    namespace: name,
    uid: `uid-of-${name}`,
    labels: { app: name, 'osm-proxy-uuid': `proxy-of-${name}` },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-7d4cdc5f9b`, uid: `set-of-${name}`, controller: true }],
  },
  spec: { serviceAccountName: 'default', containers: [{ name }, { name: 'envoy' }] },
  status: { phase: 'Running', podIP: ip },
})

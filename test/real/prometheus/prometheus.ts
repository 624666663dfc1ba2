import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Target } from '../../../src/model/target.ts'
import type { PrintingPod } from './pods.ts'
import { configuration, type Release } from './rules.ts'

/** A real Prometheus with OSM's rules, scraping every second. */
export class Prometheus implements AsyncDisposable {
  readonly #url: string
  readonly #process: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.#url = url
    this.#process = child
  }

  /** @param setting `scratch` is an empty folder for its configuration, data and log; when `signal` fires, it ends */
  static async start(
    release: Release,
    targets: readonly (PrintingPod & { readonly address: string })[],
    setting: { readonly executable: string; readonly scratch: string; readonly signal: AbortSignal },
  ): Promise<Prometheus> {
    const { executable, scratch, signal } = setting
    await mkdir(scratch, { recursive: true })
    const [config, pods] = [join(scratch, 'prometheus.yml'), join(scratch, 'pods.json')]
    await writeFile(pods, JSON.stringify(targets.map(asDiscovered), null, 1))
    await writeFile(config, configuration(release, pods))
    const listen = `127.0.0.1:${await freePort()}`
    const flags = [`--config.file=${config}`, `--storage.tsdb.path=${join(scratch, 'data')}`, `--web.listen-address=${listen}`]
    const child = spawn(executable, flags, { stdio: ['ignore', 'ignore', 'pipe'], signal, killSignal: 'SIGKILL' })
    child.on('error', () => {}) // told by `until`, which finds nobody answering
    child.stderr.pipe(createWriteStream(join(scratch, 'prometheus.log')))
    const prometheus = new Prometheus(`http://${listen}`, child)
    try {
      await prometheus.#until('/-/ready', (text) => text.includes('Ready'))
      return prometheus
    } catch (error) {
      await prometheus[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Everything that it has of its targets, as exposition text, once every target was scraped twice. */
  async everything(scrapes: number): Promise<string> {
    const query = encodeURIComponent('count(count_over_time(up[1m]) >= 2 and up == 1)')
    await this.#until(`/api/v1/query?query=${query}`, (text) => text.includes(`"${scrapes}"]`))
    return this.#text(`/federate?match[]=${encodeURIComponent('{__name__=~".+"}')}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.pid === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
  }

  async #text(path: string): Promise<string> {
    const answer = await fetch(this.#url + path)
    return answer.text()
  }

  async #until(path: string, good: (text: string) => boolean): Promise<void> {
    let last = ''
    for (let tries = 0; tries < 100; tries++) {
      last = await this.#text(path).catch(String)
      if (good(last)) return
      await pause(200)
    }
    throw new Error(`Prometheus did not get so far: ${path} says ${last.slice(0, 300)}`)
  }
}

/** A pod as Prometheus' discovery in Kubernetes would describe it. Empty labels are absent there, as everywhere. */
function asDiscovered({ pod, path, address }: PrintingPod & { readonly address: string; readonly kind: Target['kind'] }) {
  const port = address.split(':')[1] ?? ''
  const facts = {
    name: pod.name,
    label_app: pod.app ?? '',
    controller_kind: pod.controller?.kind ?? '',
    controller_name: pod.controller?.name ?? '',
    annotation_prometheus_io_scrape: 'true',
    annotation_prometheus_io_port: port,
    annotation_prometheus_io_path: path === '/metrics' ? '' : path,
  }
  const labels = Object.entries(facts).map(([fact, value]) => [`__meta_kubernetes_pod_${fact}`, value])
  // as in a cluster, the address is first one of a container's ports; the annotation names the right one
  return {
    targets: [address.replace(/:\d+$/, ':8080')],
    labels: { __meta_kubernetes_namespace: pod.namespace, ...Object.fromEntries(labels) },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

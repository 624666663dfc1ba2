import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freeAddress } from '../collector-process.ts'

/** `scratch` is an empty folder for its configuration, data and log; when `signal` fires, it ends. */
export interface PrometheusSetting {
  readonly executable: string
  readonly scratch: string
  readonly signal: AbortSignal
  /** Beyond those for its files and its address. */
  readonly flags?: readonly string[]
}

/** One series of an answer, at the moment that was asked for. */
export interface Answered {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A real Prometheus. */
export class PrometheusServer implements AsyncDisposable {
  readonly #url: string
  readonly #process: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.#url = url
    this.#process = child
  }

  /** @param config its configuration file as an object */
  static async start(config: object, { executable, scratch, signal, flags = [] }: PrometheusSetting): Promise<PrometheusServer> {
    await mkdir(scratch, { recursive: true })
    const file = join(scratch, 'prometheus.yml')
    await writeFile(file, JSON.stringify(config, null, 1)) // JSON is YAML
    const listen = await freeAddress()
    const own = [`--config.file=${file}`, `--storage.tsdb.path=${join(scratch, 'data')}`, `--web.listen-address=${listen}`]
    const child = spawn(executable, [...own, ...flags], { stdio: ['ignore', 'ignore', 'pipe'], signal, killSignal: 'SIGKILL' })
    child.on('error', () => {}) // told by `until`, which finds nobody answering
    child.stderr.pipe(createWriteStream(join(scratch, 'prometheus.log')))
    const server = new PrometheusServer(`http://${listen}`, child)
    try {
      await server.until('/-/ready', (text) => text.includes('Ready'))
      return server
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.pid === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
  }

  async text(path: string): Promise<string> {
    const answer = await fetch(this.#url + path)
    return answer.text()
  }

  /** Asks until the answer is good, for twenty seconds. */
  async until(path: string, good: (text: string) => boolean): Promise<void> {
    let last = ''
    for (let tries = 0; tries < 100; tries++) {
      last = await this.text(path).catch(String)
      if (good(last)) return
      await pause(200)
    }
    throw new Error(`Prometheus did not get so far: ${path} says ${last.slice(0, 300)}`)
  }

  /** An instant query; throws what is wrong with the expression. `atMs` is milliseconds since the epoch. */
  async query(expression: string, atMs = Date.now()): Promise<Answered[]> {
    const found = await this.#api(`query?query=${encodeURIComponent(expression)}&time=${atMs / 1e3}`)
    const { result } = found as { readonly result: readonly { readonly metric: Answered['labels']; readonly value: [number, string] }[] }
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
  }

  /** What Grafana's `label_values(series, label)` lists. */
  async labelValues(label: string, series?: string): Promise<string[]> {
    return (await this.#api(`label/${label}/values${series ? `?match[]=${encodeURIComponent(series)}` : ''}`)) as string[]
  }

  async #api(path: string): Promise<unknown> {
    const answer = JSON.parse(await this.text(`/api/v1/${path}`)) as {
      readonly status: string
      readonly data: unknown
      readonly error?: string
    }
    if (answer.status !== 'success') throw new Error(`Prometheus refuses ${decodeURIComponent(path)}: ${answer.error}`)
    return answer.data
  }
}

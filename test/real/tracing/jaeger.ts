import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from '../kube/waiting.ts'
import type { BuiltJaeger } from './jaeger-build.ts'
import { type JaegerPorts, portNames, startWords } from './jaeger-flags.ts'
import { lastingPorts } from './ports.ts'

/** A span as Jaeger's API tells of it. Microseconds; the parent is the reference of type CHILD_OF. */
export interface JaegerSpan {
  readonly traceID: string
  readonly spanID: string
  readonly operationName: string
  readonly references: readonly { readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM'; readonly traceID: string; readonly spanID: string }[]
  readonly startTime: number
  readonly duration: number
  readonly tags: readonly { readonly key: string; readonly type: string; readonly value: unknown }[]
  readonly processID: string
  readonly warnings: readonly string[] | null
}

export interface JaegerTrace {
  readonly traceID: string
  readonly spans: readonly JaegerSpan[]
  readonly processes: Readonly<Record<string, { readonly serviceName: string; readonly tags: JaegerSpan['tags'] }>>
}

/** One line of the dependency graph: how many spans of `child` had a parent of `parent`. */
export interface Dependency {
  readonly parent: string
  readonly child: string
  readonly callCount: number
}

export interface JaegerSetting {
  readonly jaeger: BuiltJaeger
  readonly scratch: string
  readonly signal: AbortSignal
}

/** More traces than any scene makes; Jaeger's own default is a page of 100. */
const traceLimit = 100_000

/**
 * A real Jaeger with its store in memory: whatever ends the process, all its traces and services are lost with it. It comes back on the same ports. What it accepts it need
 * not keep: 1.48 has room for 2,000 waiting spans and drops more than that of one moment, with an answer as for the others. It shows spans that it was sent twice twice.
 */
export class Jaeger implements AsyncDisposable {
  readonly ports: JaegerPorts
  readonly #setting: JaegerSetting
  #process: ChildProcess | undefined

  private constructor(ports: JaegerPorts, setting: JaegerSetting) {
    this.ports = ports
    this.#setting = setting
  }

  /** Resolves once it takes spans and answers questions. */
  static async start(setting: JaegerSetting): Promise<Jaeger> {
    await mkdir(setting.scratch, { recursive: true })
    const free = await lastingPorts(portNames.length)
    const ports = Object.fromEntries(portNames.map((name, i) => [name, free[i]])) as unknown as JaegerPorts
    const jaeger = new Jaeger(ports, setting)
    await jaeger.startAgain()
    return jaeger
  }

  /** On the same ports, with an empty store. */
  async startAgain(): Promise<void> {
    const { jaeger, scratch, signal } = this.#setting
    const file = join(scratch, 'jaeger.yaml')
    const { words, config } = startWords(jaeger.line, this.ports, file)
    if (config) await writeFile(file, JSON.stringify(config, null, 1)) // JSON is YAML
    const child = spawn(jaeger.path, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, OTEL_TRACES_SAMPLER: 'always_off' }, // else it sends traces of itself to whoever listens on 4317
      signal,
      killSignal: 'SIGKILL',
    })
    child.on('error', () => {}) // told by `#ready`, which finds nobody answering
    const log = createWriteStream(join(scratch, 'jaeger.log'), { flags: 'a' })
    child.stdout.pipe(log, { end: false })
    child.stderr.pipe(log, { end: false })
    this.#process = child
    try {
      await this.#ready(child)
    } catch (error) {
      await this.kill()
      throw error
    }
  }

  /** SIGTERM, as Kubernetes does it; resolves when it is gone. Safe twice. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** As a crash ends it, at once. Safe twice. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  /** Names in the order of the alphabet. */
  async services(): Promise<string[]> {
    const found = await this.#api<readonly string[] | null>('services')
    return [...(found ?? [])].toSorted()
  }

  /** All traces in which a service takes part. */
  async traces(service: string): Promise<JaegerTrace[]> {
    const question = new URLSearchParams({ service, limit: String(traceLimit) })
    return (await this.#api<JaegerTrace[] | null>(`traces?${question.toString()}`)) ?? []
  }

  /** A service's own spans. */
  async spans(service: string): Promise<JaegerSpan[]> {
    const traces = await this.traces(service)
    return traces.flatMap(({ spans, processes }) => spans.filter(({ processID }) => processes[processID]?.serviceName === service))
  }

  async trace(id: string): Promise<JaegerTrace | undefined> {
    const [found] = (await this.#api<JaegerTrace[] | null>(`traces/${id}`)) ?? []
    return found
  }

  /** The graph of the last hour, in the order of the alphabet. */
  async dependencies(): Promise<Dependency[]> {
    const question = new URLSearchParams({ endTs: String(Date.now()), lookback: String(3_600_000) })
    const found = (await this.#api<readonly Dependency[] | null>(`dependencies?${question.toString()}`)) ?? []
    return found.toSorted((a, b) => `${a.parent} ${a.child}`.localeCompare(`${b.parent} ${b.child}`))
  }

  async #api<T>(path: string): Promise<T | undefined> {
    const answer = await fetch(`http://127.0.0.1:${this.ports.query}/api/${path}`)
    if (answer.status === 404) return undefined
    if (!answer.ok) throw new Error(`Jaeger answers ${answer.status} to ${path}: ${(await answer.text()).slice(0, 300)}`)
    return ((await answer.json()) as { readonly data: T }).data
  }

  /** Its servers start one after another: all that anybody here speaks to must answer, whatever they answer. */
  async #ready(child: ChildProcess): Promise<void> {
    const { zipkin, otlpHttp, thriftHttp, query } = this.ports
    await until(20_000, async () => {
      if (child.exitCode !== null) throw new Error(`Jaeger ended with exit code ${child.exitCode}; its log says why`)
      const asked = [zipkin, otlpHttp, thriftHttp, query].map((port) => fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text()))
      const silent = (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected').length
      return silent === 0 ? undefined : `${silent} of Jaeger's servers do not answer yet`
    })
  }

  async #end(by: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(by)
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(force)
  }
}

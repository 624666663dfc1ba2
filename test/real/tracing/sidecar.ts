import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { bootstrap, listeners, type Surroundings } from './bootstrap.ts'
import type { Pod } from './mesh.ts'

export interface SidecarSetting extends Surroundings {
  readonly envoy: string
  /** The library that gives it the pod's address as its own. */
  readonly ownAddress: string
  readonly scratch: string
  readonly signal: AbortSignal
}

/** What a sidecar says of its spans; `accepted` and `dropped` count reports of up to five: dropped is whatever was answered with anything but 202. */
export interface SpanFigures {
  readonly spans: number
  readonly accepted: number
  readonly dropped: number
}

/** A real Envoy with tracing, on free ports. Envoy itself ends when its parent dies. */
export class TracedSidecar implements AsyncDisposable {
  readonly pod: Pod
  readonly #process: ChildProcess
  readonly #admin: string
  #ports: ReadonlyMap<string, number> = new Map()

  private constructor(pod: Pod, child: ChildProcess, admin: string) {
    this.pod = pod
    this.#process = child
    this.#admin = admin
  }

  /** Resolves once it takes requests; throws when it does not within ten seconds. */
  static async start(pod: Pod, setting: SidecarSetting): Promise<TracedSidecar> {
    const { envoy, ownAddress, scratch, signal } = setting
    const [config, adminFile] = [join(scratch, `${pod.name}.json`), join(scratch, `${pod.name}.admin`)]
    await writeFile(config, JSON.stringify(bootstrap(pod, setting), null, 1))
    await rm(adminFile, { force: true })
    // two workers, each with spans of its own that it keeps back
    const flags = ['--use-dynamic-base-id', '--concurrency', '2', '--log-level', 'warning', '--admin-address-path', adminFile]
    const child = spawn(envoy, ['-c', config, ...flags], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LD_PRELOAD: ownAddress, POD_IP: pod.ip },
      signal,
      killSignal: 'SIGKILL',
    })
    child.on('error', () => {}) // told by `#ready`, which finds nobody answering
    child.stderr.pipe(createWriteStream(join(scratch, `${pod.name}.log`), { flags: 'a' }))
    const sidecar = new TracedSidecar(pod, child, adminFile)
    try {
      await sidecar.#ready()
      return sidecar
    } catch (error) {
      await sidecar[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Where other sidecars' requests come in. */
  get inboundPort(): number {
    return this.#ports.get(listeners.inbound) ?? 0
  }

  /** Where its own application's requests go out. */
  get outboundPort(): number {
    return this.#ports.get(listeners.outbound) ?? 0
  }

  async spanFigures(): Promise<SpanFigures> {
    const text = await this.#ask('/stats?filter=^tracing.zipkin')
    const figure = (name: string) => Number(new RegExp(`^tracing\\.zipkin\\.${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
    return {
      spans: figure('spans_sent'),
      accepted: figure('reports_sent'),
      dropped: figure('reports_dropped'),
    }
  }

  /** As a crash ends it, with the spans that it still holds. Safe twice. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.pid === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
  }

  async #ask(path: string): Promise<string> {
    const answer = await fetch(`http://${(await readFile(this.#admin, 'utf8')).trim()}${path}`)
    return answer.ok ? answer.text() : ''
  }

  async #ready(): Promise<void> {
    for (let tries = 0; tries < 100 && this.#process.exitCode === null; tries++) {
      const said = await this.#ask('/ready').catch(() => '')
      if (said.startsWith('LIVE')) {
        this.#ports = portsOf(await this.#ask('/listeners?format=json'))
        return
      }
      await pause(100)
    }
    throw new Error(`the Envoy of ${this.pod.name} did not become ready (exit code ${this.#process.exitCode})`)
  }
}

function portsOf(text: string): Map<string, number> {
  const { listener_statuses: found } = JSON.parse(text) as {
    readonly listener_statuses: readonly {
      readonly name: string
      readonly local_address: { readonly socket_address: { readonly port_value: number } }
    }[]
  }
  return new Map(found.map(({ name, local_address: { socket_address: at } }) => [name, at.port_value]))
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { bootstrap } from './bootstrap.ts'
import { type Pod, ports } from './mesh.ts'

const statistic = /^cluster\.(?<cluster>.+)\.(?<name>upstream_\w+): (?<value>\d+)$/

/** One real Envoy process beside a made-up pod. Envoy itself ends when its parent dies, so a killed test leaves none behind. */
export class Sidecar {
  readonly pod: Pod
  readonly #process: ChildProcess

  private constructor(pod: Pod, process: ChildProcess) {
    this.pod = pod
    this.#process = process
  }

  /** Resolves once it takes requests; throws what it last said when it does not within ten seconds. */
  static async start(pod: Pod, options: { readonly envoy: string; readonly scratch: string }): Promise<Sidecar> {
    const { envoy, scratch } = options
    const config = join(scratch, `${pod.name}.json`)
    await writeFile(config, JSON.stringify(bootstrap(pod), null, 1))
    const child = spawn(envoy, ['-c', config, '--use-dynamic-base-id', '--concurrency', '1', '--log-level', 'warning'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.pipe(createWriteStream(join(scratch, `${pod.name}.log`), { flags: 'a' }))
    const sidecar = new Sidecar(pod, child)
    try {
      await sidecar.#ready()
    } catch (error) {
      await sidecar.kill()
      throw error
    }
    return sidecar
  }

  /** Its cluster statistics as its admin page shows them: `{ 'ns/svc|80': { upstream_cx_total: 3, … } }`. */
  async figures(): Promise<Map<string, Map<string, number>>> {
    const clusters = new Map<string, Map<string, number>>()
    const answer = await fetch(`http://${this.pod.ip}:${ports.admin}/stats?filter=^cluster`)
    for (const line of (await answer.text()).split('\n')) {
      const { cluster = '', name = '', value } = statistic.exec(line)?.groups ?? {}
      if (value === undefined) continue
      clusters.set(cluster, (clusters.get(cluster) ?? new Map<string, number>()).set(name, Number(value)))
    }
    return clusters
  }

  /** As a crash ends it, at once. Safe twice. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
  }

  async #ready(): Promise<void> {
    const url = `http://${this.pod.ip}:${ports.admin}/ready`
    for (let tries = 0; tries < 100; tries++) {
      if (this.#process.exitCode !== null) break
      const answer = await fetch(url).catch(() => undefined)
      if (answer?.ok) return
      await pause(100)
    }
    throw new Error(`the Envoy of ${this.pod.name} did not become ready (exit code ${this.#process.exitCode})`)
  }
}

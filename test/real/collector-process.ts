import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const launcher = join(import.meta.dirname, '../../bin/mesh-telemetry.mjs')

interface Options {
  /** What it says goes to `collector.log` in this folder. */
  readonly scratch: string
  /** What stands for `mesh-telemetry`; by default the launcher. */
  readonly command?: readonly string[]
  /** Beside what this process has. */
  readonly environment?: Readonly<Record<string, string>>
}

/** The program itself in a process of its own, started as a user starts it. */
export class CollectorProcess {
  readonly url: string
  readonly #process: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.url = url
    this.#process = child
  }

  /** `mesh-telemetry run --config …` with the given configuration; on a port that nobody listens on, where `http` does not say which. */
  static async run(
    config: Readonly<Record<string, unknown>> & { readonly http?: Readonly<Record<string, unknown>> & { readonly listen?: string } },
    options: Options,
  ): Promise<CollectorProcess> {
    const { listen = await freeAddress() } = config.http ?? {}
    const file = join(options.scratch, 'collector.yaml')
    await writeFile(file, JSON.stringify({ ...config, http: { ...config.http, listen } }, null, 1)) // JSON is YAML
    return CollectorProcess.#start(['run', '--config', file], listen, options)
  }

  /** `mesh-telemetry demo`. */
  static async demo(options: Options): Promise<CollectorProcess> {
    const listen = await freeAddress()
    return CollectorProcess.#start(['demo', '--listen', listen], listen, options)
  }

  /** Resolves once it is healthy. */
  static async #start(words: readonly string[], listen: string, { scratch, command, environment }: Options): Promise<CollectorProcess> {
    const [executable = '', ...before] = command ?? [process.execPath, launcher]
    const child = spawn(executable, [...before, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } })
    const log = createWriteStream(join(scratch, 'collector.log'))
    child.stdout.pipe(log, { end: false })
    child.stderr.pipe(log, { end: false })
    const collector = new CollectorProcess(`http://${listen}`, child)
    try {
      await collector.until('/healthz', 15_000)
    } catch (error) {
      await collector.stop()
      throw error
    }
    return collector
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** Kills it at once, as a crash would; resolves when it is gone. */
  async crash(): Promise<void> {
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
  }

  /** The body of a page; throws for any other answer than 200. */
  async text(path: string): Promise<string> {
    const answer = await fetch(this.url + path)
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return answer.text()
  }

  async json<T>(path: string): Promise<T> {
    return JSON.parse(await this.text(path)) as T
  }

  /** Waits until a path answers 200. */
  async until(path: string, withinMs: number): Promise<void> {
    const deadlineMs = performance.now() + withinMs
    for (;;) {
      const good = await this.text(path).then(
        () => true,
        () => false,
      )
      if (good) return
      if (this.#process.exitCode !== null) throw new Error(`the collector ended with exit code ${this.#process.exitCode}`)
      if (performance.now() > deadlineMs) throw new Error(`${path} was not good within ${withinMs} ms`)
      await pause(100)
    }
  }

  /** As `kubectl delete pod` ends it: SIGTERM, and SIGKILL if that has no effect within ten seconds. Resolves to its exit code. Safe twice. */
  async stop(): Promise<number | null> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return this.#process.exitCode
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    const force = setTimeout(() => this.#process.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(force)
    return this.#process.exitCode
  }
}

/** A loopback address that nobody listens on. */
export async function freeAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return `127.0.0.1:${address.port}`
}

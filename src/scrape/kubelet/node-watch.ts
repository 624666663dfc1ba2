import type { ClusterNode, NodeHealth, NodePage } from '../../model/container-use.ts'
import type { Clock } from '../../runtime/clock.ts'
import { Problem } from '../../runtime/problem.ts'
import type { Telemetry } from '../../telemetry/events.ts'
import type { Asker } from '../answer.ts'
import type { BufferPool } from '../buffers.ts'
import { Schedule, type Turn } from '../schedule.ts'
import { kubeletEvents, kubeletMetrics } from './telemetry.ts'
import { troubleWith } from './trouble.ts'

/** Where pages of nodes go. Called synchronously, one page at a time. */
export interface NodeSink {
  /** @returns how many samples of it are used, or what makes it no good page */
  nodePage(page: NodePage): { readonly samples: number } | Problem
  /** Told after every read, good or failed; `undefined` once the node is not read any more. */
  nodeHealth(node: ClusterNode['name'], health: NodeHealth | undefined): void
}

/** A connection to a node, and the path to ask there. */
export interface Line {
  readonly asker: Asker
  readonly path: string
}

/** What a watch works with; the same for all nodes. */
export interface NodeParts {
  readonly clock: Clock
  readonly telemetry: Telemetry
  readonly sink: NodeSink
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly buffers: BufferPool
  /** @throws {Problem} where the node has no address, or what identifies the other side cannot be read */
  readonly connect: (node: ClusterNode) => Promise<Line>
}

/** What was shown says nothing about now after so many failures in a row. */
const staleAfter = 2

/** Reads one node, once per interval; at most one read runs at a time. After `stop` the sink hears nothing of it. */
export class NodeWatch {
  readonly #node: ClusterNode
  readonly #parts: NodeParts
  readonly #schedule: Schedule
  #line: Line | undefined
  #health: NodeHealth | undefined
  #running: Promise<void> | undefined
  #isStopped = false
  #cancelTurn = () => {}

  /** @param arrivals how many nodes are new together with this one, itself included */
  constructor(node: ClusterNode, parts: NodeParts, arrivals: number) {
    this.#node = node
    this.#parts = parts
    this.#schedule = new Schedule(`node/${node.name}`, { intervalMs: parts.intervalMs, seed: '' })
    this.#plan(this.#schedule.first(parts.clock.monotonicMs(), arrivals))
  }

  /** Whether this is the node, as it is now. */
  follows({ name, address, kubeletPort }: ClusterNode): boolean {
    return this.#node.name === name && this.#node.address === address && this.#node.kubeletPort === kubeletPort
  }

  /** Ends it; resolves when nothing of it runs any more. Safe twice. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelTurn()
    this.#line?.asker.close()
    await this.#running
  }

  #plan(turn: Turn): void {
    const { clock } = this.#parts
    this.#cancelTurn = clock.after(turn.dueMs - clock.monotonicMs(), () => {
      this.#plan(this.#schedule.next(turn, clock.monotonicMs(), { terminating: false, everyNth: 1 }))
      this.#running ??= this.#read(clock.monotonicMs())
    })
  }

  async #read(startedMs: number): Promise<void> {
    const { clock, telemetry } = this.#parts
    try {
      const samples = await this.#take(startedMs)
      if (!this.#isStopped) this.#succeeded(samples)
    } catch (error) {
      this.#line?.asker.close() // whoever answers next time must show a certificate again, and authorities are read anew
      this.#line = undefined
      if (!this.#isStopped) this.#failed(error)
    } finally {
      this.#running = undefined
      telemetry.metrics.observe(kubeletMetrics.duration, (clock.monotonicMs() - startedMs) / 1e3)
    }
  }

  async #take(startedMs: number): Promise<number> {
    const { clock, sink, buffers, timeoutMs, telemetry, connect } = this.#parts
    const readMs = clock.wallMs()
    const line = (this.#line ??= await connect(this.#node))
    if (this.#isStopped) line.asker.close()
    const { body } = await line.asker.ask(line.path, startedMs + timeoutMs)
    try {
      if (this.#isStopped) return 0
      telemetry.metrics.count(kubeletMetrics.bytes, {}, body.length)
      const taken = sink.nodePage({ node: this.#node.name, readMs, body: body.view() })
      if (taken instanceof Problem) throw taken
      return taken.samples
    } finally {
      buffers.give(body)
    }
  }

  #succeeded(samples: number): void {
    const { telemetry } = this.#parts
    if ((this.#health?.failures ?? 0) > 0) telemetry.emit(kubeletEvents.recovered, { node: this.#node.name })
    telemetry.metrics.count(kubeletMetrics.reads, { outcome: 'good' })
    this.#become({ state: 'up', failures: 0, samples })
  }

  #failed(cause: unknown): void {
    const { telemetry } = this.#parts
    const error = troubleWith(this.#node, cause)
    const failures = (this.#health?.failures ?? 0) + 1
    telemetry.metrics.count(kubeletMetrics.reads, { outcome: error.code })
    if (failures === 1)
      telemetry.emit(kubeletEvents.failing, { node: this.#node.name, address: this.#node.address, code: error.code, reason: error.message })
    this.#become({ ...this.#health, state: failures >= staleAfter ? 'stale' : 'failing', failures, error })
  }

  #become(health: NodeHealth): void {
    this.#health = health
    this.#parts.sink.nodeHealth(this.#node.name, health)
  }
}

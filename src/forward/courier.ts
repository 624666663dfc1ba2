import { chunkTrail } from '../model/chunk.ts'
import type { DestinationFigures } from '../model/figures.ts'
import type { Outbox, WaitingChunk } from '../model/outbox.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Telemetry } from '../telemetry/events.ts'
import type { Activity } from '../telemetry/tracer.ts'
import { Bell } from './bell.ts'
import { DeliveryProblem, type Destination, type Loss } from './destination.ts'
import { halves } from './halves.ts'
import { Ledger } from './ledger.ts'
import { forwardActivities, forwardEvents } from './telemetry.ts'

/** After the first failure, and at most; between them it doubles. */
const firstPauseMs = 1_000
const longestPauseMs = 60_000
/** However long a destination says that it wants to be left alone. */
const longestRetryAfterMs = 300_000
/** What is on its way when the collector ends has this long. */
const finishWithinMs = 1_000

/**
 * In a row, until something is taken again: down to one bad line of a chunk it takes less than twenty. Whoever refuses more than this refuses everything, and
 * one request for each chunk is enough to see it.
 */
const mostHalvings = 40

export interface CourierContext {
  readonly outbox: Outbox
  /** Whether what waits outlives the process. */
  readonly isDurable: boolean
  readonly clock: Clock
  readonly telemetry: Telemetry
}

/** Brings what waits in the outbox to one destination, one chunk after the other, the oldest first. Idle, it waits for a commit: nothing is polled. */
export class Courier {
  readonly #destination: Destination
  readonly #context: CourierContext
  readonly #ledger: Ledger
  readonly #bell = new Bell()
  readonly #abort = new AbortController()
  /** In a row. */
  #failures = 0
  /** For refusals that a part of a chunk may be at fault for, in a row. */
  #halvings = 0
  #isClosing = false
  #running: Promise<void> = Promise.resolve()
  #endPause = () => {}

  constructor(destination: Destination, context: CourierContext) {
    this.#destination = destination
    this.#context = context
    this.#ledger = new Ledger(destination.name, context)
    context.outbox.listen(destination.name, {
      added: () => this.#bell.ring(),
      lost: (reason, count) => this.#ledger.dropped(reason, count),
    })
  }

  begin(): void {
    this.#running = this.#run()
  }

  figures(): DestinationFigures {
    return this.#ledger.figures(this.#queued())
  }

  /** Brings the gauges up to date. */
  tell(): void {
    this.#ledger.tell(this.#queued())
  }

  /** Sends what still waits as long as that goes well, a second at most; the rest stays in the outbox. Safe twice. */
  async close(): Promise<void> {
    if (this.#isClosing) return this.#running
    this.#isClosing = true
    this.#endPause()
    this.#bell.ring()
    const cancel = this.#context.clock.after(finishWithinMs, () => this.#abort.abort())
    await this.#running
    cancel()
    await this.#destination.close()
    const { count } = this.#queued()
    if (count > 0 && !this.#context.isDurable)
      this.#context.telemetry.emit(forwardEvents.leftBehind, { destination: this.#destination.name, rows: count })
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort
    await this.#destination.probe?.(signal).catch((error: unknown) => signal.aborted || this.#ledger.failed(error))
    while (!signal.aborted) {
      const outcome = await this.#step(signal)
      if (this.#isClosing && outcome !== 'onward') return
      if (outcome === 'idle') await this.#bell.heard()
      if (typeof outcome === 'number') await this.#pause(outcome)
    }
  }

  /** @returns how many milliseconds to leave the destination alone, where the next chunk would fare no better */
  async #step(signal: AbortSignal): Promise<'onward' | 'idle' | number> {
    const { outbox } = this.#context
    const { name } = this.#destination
    let chunk: WaitingChunk | undefined
    let losses: readonly Loss[]
    try {
      chunk = await outbox.next(name)
      if (!chunk) return 'idle'
      losses = await this.#send(chunk, signal)
    } catch (error) {
      return signal.aborted ? 0 : this.#failed(error, chunk)
    }
    this.#failures = 0
    this.#halvings = 0
    if (outbox.delivered(name, chunk.id)) this.#ledger.sent(chunk.count, losses)
    return 'onward'
  }

  async #send(chunk: WaitingChunk, signal: AbortSignal): Promise<readonly Loss[]> {
    const activity = this.#told(chunk)
    try {
      const losses = (await this.#destination.send(chunk, signal)) ?? []
      activity?.tell({ 'mesh_telemetry.not_kept': losses.reduce((sum, { count }) => sum + count, 0) })
      activity?.end()
      return losses
    } catch (error) {
      activity?.fail(error)
      throw error
    }
  }

  /** Of spans nothing is told: where the collector's own traces come back to it, each round would make another. */
  #told(chunk: WaitingChunk): Activity | undefined {
    if (chunk.kind === 'spans') return undefined
    const { clock, telemetry } = this.#context
    const activity = telemetry.tracer?.begin(forwardActivities.forward, chunkTrail(chunk))
    activity?.tell({
      'mesh_telemetry.destination': this.#destination.name,
      'mesh_telemetry.rows': chunk.count,
      'mesh_telemetry.bytes': chunk.body.byteLength,
      'mesh_telemetry.waited_ms': clock.wallMs() - chunk.madeMs,
    })
    return activity
  }

  async #failed(error: unknown, chunk: WaitingChunk | undefined): Promise<'onward' | number> {
    const problem = error instanceof DeliveryProblem ? error : undefined
    if (chunk && problem && this.#mayHalve(problem) && (await this.#halved(chunk))) return 'onward'
    this.#ledger.failed(error)
    if (chunk && problem && (problem.isTooLarge || !problem.kind.retryable)) {
      if (this.#context.outbox.dropped(this.#destination.name, chunk.id)) this.#ledger.dropped(problem.kind.code, chunk.count)
      return 'onward'
    }
    const longestMs = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#failures++)
    return Math.max((longestMs * (1 + Math.random())) / 2, Math.min(problem?.retryAfterMs ?? 0, longestRetryAfterMs))
  }

  #mayHalve({ isTooLarge, mayBeInPart }: DeliveryProblem): boolean {
    return isTooLarge || (mayBeInPart && this.#halvings++ < mostHalvings)
  }

  async #halved(chunk: WaitingChunk): Promise<boolean> {
    const parts = halves(chunk)
    if (parts) await this.#context.outbox.replace(this.#destination.name, chunk.id, parts)
    return parts !== undefined
  }

  /** Ends early when the collector ends. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#context.clock.after(ms, resolve)
      this.#endPause = () => {
        cancel()
        resolve()
      }
    })
  }

  #queued() {
    return this.#context.outbox.queued(this.#destination.name)
  }
}

import type { DestinationFigures } from '../model/figures.ts'
import type { Outbox, WaitingChunk } from '../model/outbox.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { Bell } from './bell.ts'
import { DeliveryProblem, type Destination } from './destination.ts'
import { halves } from './halves.ts'
import { Ledger } from './ledger.ts'
import { forwardEvents } from './telemetry.ts'

/** After the first failure, and at most; between them it doubles. */
const firstPauseMs = 1_000
const longestPauseMs = 60_000
/** However long a destination says that it wants to be left alone. */
const longestRetryAfterMs = 300_000
/** What is on its way when the collector ends has this long. */
const finishWithinMs = 1_000

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
    try {
      chunk = await outbox.next(name)
      if (!chunk) return 'idle'
      await this.#destination.send(chunk, signal)
    } catch (error) {
      return signal.aborted ? 0 : this.#failed(error, chunk)
    }
    this.#failures = 0
    if (outbox.delivered(name, chunk.id)) this.#ledger.sent(chunk.count)
    return 'onward'
  }

  async #failed(error: unknown, chunk: WaitingChunk | undefined): Promise<'onward' | number> {
    const problem = error instanceof DeliveryProblem ? error : undefined
    if (chunk && problem?.isTooLarge && (await this.#halved(chunk))) return 'onward'
    this.#ledger.failed(error)
    if (chunk && problem && (problem.isTooLarge || !problem.kind.retryable)) {
      if (this.#context.outbox.dropped(this.#destination.name, chunk.id)) this.#ledger.dropped(problem.kind.code, chunk.count)
      return 'onward'
    }
    const longestMs = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#failures++)
    return Math.max((longestMs * (1 + Math.random())) / 2, Math.min(problem?.retryAfterMs ?? 0, longestRetryAfterMs))
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

import type { DestinationFigures } from '../model/figures.ts'
import type { Queued } from '../model/outbox.ts'
import type { Clock } from '../runtime/clock.ts'
import { Problem } from '../runtime/problem.ts'
import type { Telemetry } from '../telemetry/events.ts'
import type { Loss } from './destination.ts'
import { forwardProblems } from './problems.ts'
import { forwardEvents, forwardMetrics } from './telemetry.ts'

/** How often the log is told of losses for one reason. */
const tellEveryMs = 60_000

interface Context {
  readonly clock: Clock
  readonly telemetry: Telemetry
}

/** What became of everything that was to be sent to one destination, in figures and events. */
export class Ledger {
  readonly #destination: string
  readonly #context: Context
  readonly #dropped = new Map<string, number>()
  readonly #toldMs = new Map<string, number>()
  #sent = 0
  #sentMs: number | null = null
  #error: DestinationFigures['error'] = null

  constructor(destination: string, context: Context) {
    this.#destination = destination
    this.#context = context
    context.telemetry.metrics.count(forwardMetrics.sentRows, { destination }, 0)
  }

  /** @param losses what of them will not be kept there */
  sent(all: number, losses: readonly Loss[] = []): void {
    const { clock, telemetry } = this.#context
    const destination = this.#destination
    const count = losses.reduce((rest, loss) => rest - loss.count, all)
    for (const { kind, count: lost, message } of losses) this.dropped(kind.code, lost, message)
    if (this.#error) telemetry.emit(forwardEvents.recovered, { destination })
    this.#error = null
    this.#sent += count
    this.#sentMs = clock.wallMs()
    telemetry.metrics.count(forwardMetrics.sentRows, { destination }, count)
  }

  failed(error: unknown): void {
    const { clock, telemetry } = this.#context
    const destination = this.#destination
    const { code, remedy } = error instanceof Problem ? error.kind : forwardProblems.delivery_failed
    const message = error instanceof Error ? error.message : String(error)
    if (this.#error?.code !== code) telemetry.emit(forwardEvents.failing, { destination, code, reason: message, remedy })
    this.#error = { code, message, remedy, atMs: clock.wallMs() }
    telemetry.metrics.count(forwardMetrics.failures, { destination, code })
  }

  dropped(reason: string, count: number, said?: string): void {
    const { clock, telemetry } = this.#context
    const destination = this.#destination
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + count)
    telemetry.metrics.count(forwardMetrics.droppedRows, { destination, reason }, count)
    const nowMs = clock.monotonicMs()
    if (nowMs - (this.#toldMs.get(reason) ?? -Infinity) < tellEveryMs) return
    this.#toldMs.set(reason, nowMs)
    telemetry.emit(forwardEvents.dropped, { destination, reason, rows: this.#dropped.get(reason), ...(said && { said }) })
  }

  /** The gauges, as of now. */
  tell(queued: Queued): void {
    const { metrics } = this.#context.telemetry
    const destination = this.#destination
    metrics.set(forwardMetrics.lag, this.#lagSeconds(queued) ?? 0, { destination })
    metrics.set(forwardMetrics.queuedRows, queued.count, { destination })
    metrics.set(forwardMetrics.queuedBytes, queued.bytes, { destination })
  }

  figures(queued: Queued): DestinationFigures {
    const { chunks, count, bytes, limitBytes } = queued
    return {
      name: this.#destination,
      lagSeconds: this.#lagSeconds(queued),
      queued: { chunks, count, bytes, limitBytes },
      sent: this.#sent,
      sentMs: this.#sentMs,
      dropped: Object.fromEntries(this.#dropped),
      error: this.#error,
    }
  }

  #lagSeconds({ oldestMadeMs }: Queued): number | null {
    return oldestMadeMs === undefined ? null : Math.max(0, this.#context.clock.wallMs() - oldestMadeMs) / 1e3
  }
}

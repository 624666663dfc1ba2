import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import { type Clock, repeat } from '../runtime/clock.ts'
import type { Telemetry } from './events.ts'
import type { SpanSender } from './span-senders.ts'
import { ownTracesEvents, ownTracesMetrics } from './telemetry.ts'

/** Some megabytes. */
const mostWaiting = 2_048
const mostAtOnce = 512
const sendEveryMs = 1_000
const answerWithinMs = 5_000
/** Less than a second with all that follows. */
const closeWithinMs = 800

interface Context {
  readonly sender: SpanSender
  readonly clock: Clock
  readonly telemetry: Telemetry
}

/** Ended spans on their way out: bounded, each sent once or counted as dropped, in the background and for as long as the process has other things to do. */
export class SpanQueue implements SpanProcessor {
  readonly #context: Context
  readonly #abort = new AbortController()
  readonly #endTurns: () => void
  #waiting: ReadableSpan[] = []
  #sending: Promise<void> | undefined
  #closing: Promise<void> | undefined
  #isFailing = false

  constructor(context: Context) {
    this.#context = context
    this.#endTurns = repeat(context.clock, sendEveryMs, () => void this.forceFlush())
    for (const reason of ['queue_full', 'not_delivered', 'ended']) this.#drop(reason, 0)
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#closing) return this.#drop('ended', 1)
    if (this.#waiting.length >= mostWaiting) return this.#drop('queue_full', 1)
    this.#waiting.push(span)
  }

  /** All that waits, in as many requests as that takes; one at a time. Never rejects. */
  forceFlush(): Promise<void> {
    this.#sending ??= this.#send().finally(() => (this.#sending = undefined))
    return this.#sending
  }

  shutdown(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#endTurns()
    const cancel = this.#context.clock.after(closeWithinMs, () => this.#abort.abort())
    await this.#sending
    await this.forceFlush()
    cancel()
    this.#drop('ended', this.#waiting.length)
    this.#waiting = []
    await this.#context.sender.close()
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#abort.signal.aborted) {
      const batch = this.#waiting.splice(0, mostAtOnce)
      const error = await this.#request(batch)
      if (error === undefined) this.#arrived(batch.length)
      else this.#failed(error, batch.length)
    }
  }

  async #request(batch: ReadableSpan[]): Promise<Error | undefined> {
    const { clock, sender } = this.#context
    const late = new AbortController()
    const cancel = clock.after(answerWithinMs, () => late.abort(new Error(`no answer within ${answerWithinMs / 1e3} seconds`)))
    try {
      await sender.send(batch, AbortSignal.any([this.#abort.signal, late.signal]))
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    } finally {
      cancel()
    }
  }

  #arrived(count: number): void {
    const { telemetry } = this.#context
    telemetry.metrics.count(ownTracesMetrics.sent, {}, count)
    if (this.#isFailing) telemetry.emit(ownTracesEvents.recovered)
    this.#isFailing = false
  }

  #failed(error: Error, count: number): void {
    if (this.#abort.signal.aborted) return this.#drop('ended', count)
    this.#drop('not_delivered', count)
    if (!this.#isFailing) this.#context.telemetry.emit(ownTracesEvents.failing, { error: error.message })
    this.#isFailing = true
  }

  #drop(reason: string, count: number): void {
    this.#context.telemetry.metrics.count(ownTracesMetrics.dropped, { reason }, count)
  }
}

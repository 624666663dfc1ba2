import type { JaegerExporter } from '@opentelemetry/exporter-jaeger'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { DeliveryProblem } from '../destination.ts'
import { spanProblems } from './problems.ts'
import { refusalBy } from './verdict.ts'

/** Each costs 5 ms once, and holds a third of a megabyte and, for some seconds, a connection (measured with 2.11). */
const mostExporters = 100

/**
 * OpenTelemetry's exporter for Jaeger, loaded here alone: one per service, since it takes every span for one of the service that it has met first. The one
 * that was not used for longest goes when there are too many.
 */
export class JaegerExporters {
  readonly #url: URL
  readonly #timeoutMs: number
  readonly #byService = new Map<string, JaegerExporter>()

  constructor(url: URL, timeoutMs: number) {
    this.#url = url
    this.#timeoutMs = timeoutMs
  }

  /**
   * One request.
   *
   * @throws {DeliveryProblem} what the server, the network or the time says; what the signal says once it is aborted
   */
  async export(service: string, spans: readonly ReadableSpan[], outerSignal: AbortSignal): Promise<void> {
    const timeoutMs = this.#timeoutMs
    const exporter = await this.#exporter(service)
    const signal = AbortSignal.any([outerSignal, AbortSignal.timeout(timeoutMs)])
    const failure = await answerOf(exporter, spans, signal)
    if (failure === undefined) return
    // Its requests know no deadline, and end only with its connections.
    this.#byService.delete(service)
    await exporter.shutdown()
    outerSignal.throwIfAborted()
    if (signal.aborted) throw new DeliveryProblem(spanProblems.spans_timeout, `No answer within ${timeoutMs / 1e3} seconds.`)
    throw problemOf(failure, this.#url)
  }

  async close(): Promise<void> {
    const exporters = [...this.#byService.values()]
    this.#byService.clear()
    await Promise.all(exporters.map((exporter) => exporter.shutdown()))
  }

  async #exporter(service: string): Promise<JaegerExporter> {
    const known = this.#byService.get(service)
    this.#byService.delete(service)
    const exporter = known ?? (await this.#create())
    this.#byService.set(service, exporter) // as the one used last
    const [oldest] = this.#byService
    if (oldest && this.#byService.size > mostExporters) {
      this.#byService.delete(oldest[0])
      await oldest[1].shutdown()
    }
    return exporter
  }

  async #create(): Promise<JaegerExporter> {
    const { JaegerExporter } = await import('@opentelemetry/exporter-jaeger')
    const untold = { maxSpanBatchSize: Infinity } // goes on to the sender: what waits for an answer is one request
    // Nothing waits in an exporter at its end; what it would allow for that keeps the process from ending.
    return new JaegerExporter({ endpoint: this.#url.href, flushTimeout: 1, ...untold })
  }
}

/** @returns why it failed; `undefined` where it did not */
function answerOf(exporter: JaegerExporter, spans: readonly ReadableSpan[], signal: AbortSignal): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const end = () => resolve(new Error('aborted'))
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) return end()
    exporter.export(spans.map(withoutScope), ({ code, error }) => {
      signal.removeEventListener('abort', end)
      resolve(code === 0 ? undefined : (error ?? new Error('It does not say why.')))
    })
  })
}

/** It would tell of an empty one, in two tags of each span. */
function withoutScope(span: ReadableSpan): ReadableSpan {
  return span.instrumentationScope.name === '' ? { ...span, instrumentationScope: undefined as never } : span
}

/** Of an answer the exporter says nothing but its status, in a sentence. */
function problemOf({ message }: Error, { origin }: URL): DeliveryProblem {
  const [, status] = /server responded with HTTP (\d{3})$/.exec(message) ?? []
  if (status !== undefined) return refusalBy(Number(status), `The answer is ${status}.`)
  return new DeliveryProblem(spanProblems.spans_unreachable, `${origin} cannot be reached: ${message}.`)
}

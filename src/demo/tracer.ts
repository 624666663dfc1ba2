/** As many as Envoy gathers before it sends them, and how long it waits for them. Source: envoyproxy/envoy, zipkin_tracer_impl.cc. */
const spansPerReport = 5
const flushEveryMs = 5_000

/** What a tracer counts of itself. */
export interface TracerFigures {
  reportsSent: number
  /** Answered with anything but 202. */
  reportsDropped: number
  /** Not answered. */
  reportsFailed: number
  spansSent: number
  timerFlushed: number
}

/** What is to be known of one report that was made. */
export interface Reported {
  readonly spans: number
  /** Of how many traces it holds the first span. */
  readonly traces: number
  readonly bytes: number
}

interface Span {
  readonly text: string
  /** When the request was over, time of the mesh; it is told only then. */
  readonly endsMs: number
  readonly isFirst: boolean
}

/** Envoy's tracer in one process: whatever it holds is lost with it. */
export class Tracer {
  readonly figures: TracerFigures = { reportsSent: 0, reportsDropped: 0, reportsFailed: 0, spansSent: 0, timerFlushed: 0 }
  readonly #bornMs: number
  #open: Span[] = []
  #ended: Span[] = []

  constructor(bornMs: number) {
    this.#bornMs = bornMs
  }

  trace(span: Span): void {
    this.#open.push(span)
  }

  /** The reports that are due, JSON arrays of spans, each to be posted once and never again. To be called at every step of time. */
  due(nowMs: number): { readonly body: string; readonly reported: Reported }[] {
    this.#ended.push(...this.#open.filter(({ endsMs }) => endsMs <= nowMs))
    this.#open = this.#open.filter(({ endsMs }) => endsMs > nowMs)
    const reports: Span[][] = []
    while (this.#ended.length >= spansPerReport) reports.push(this.#ended.splice(0, spansPerReport))
    if ((nowMs - this.#bornMs) % flushEveryMs === 0 && this.#ended.length > 0) {
      this.figures.timerFlushed++
      reports.push(this.#ended.splice(0))
    }
    return reports.map((spans) => {
      const body = `[${spans.map(({ text }) => text).join(',')}]`
      this.figures.spansSent += spans.length
      return { body, reported: { spans: spans.length, traces: spans.filter(({ isFirst }) => isFirst).length, bytes: body.length } }
    })
  }

  answered(status: number | undefined): void {
    if (status === undefined) this.figures.reportsFailed++
    else if (status === 202) this.figures.reportsSent++
    else this.figures.reportsDropped++
  }
}

import { randomBytes, randomUUID } from 'node:crypto'
import { envoySpan, type Seen, type TraceHeaders } from './envoy-span.ts'
import type { Pod } from './pod.ts'
import type { Reported } from './tracer.ts'
import { type Call, clusterName } from './topology.ts'
import type { Ending } from './trouble.ts'

/** What sidecars told of traces since the start, those of pods and processes that are gone included. */
export interface SpanTruth {
  /** Spans in reports that were posted. */
  readonly posted: number
  /** Those of them whose report was answered with 202; the others never come again. */
  readonly taken: number
  readonly lost: number
  /** Traces whose first span was taken. */
  readonly traces: number
}

/** Takes one report of a pod's sidecar; resolves with the status of the answer, `undefined` without one. */
export type Post = (pod: Pod, body: string) => Promise<number | undefined>

/** A request of the traffic. */
export interface Journey {
  readonly from: Pod
  readonly to: Pod
  readonly call: Call
  readonly sizes: Seen['sizes']
}

/** What a request carries, and when it is made, milliseconds of the mesh's time. */
export interface Passed {
  readonly headers: TraceHeaders
  readonly atMs: number
}

/** The called side gets a request a little later than the caller sends it, and works on it for this share of the time. */
export const workedShare = 0.8
const arrivesAfterShare = 0.1
/** What the application calls in turn it calls halfway; it waits for no answer, so that such a call may outlast it. */
const passesOnAfterShare = 0.5

/** Requests do not all begin with a step of time. */
const beginsWithinMs = 100

/** Makes both sides' spans of requests, from when on the mesh's tracing is on. */
export class Tracing {
  readonly #post: Post
  readonly #share: number
  readonly #wallMs: () => number
  #nowMs = 0
  #posted = 0
  #taken = 0
  #lost = 0
  #traces = 0

  /** @param options.share which share of traces is told, 0 to 1 */
  constructor(post: Post, { share, wallMs }: { readonly share: number; readonly wallMs: () => number }) {
    this.#post = post
    this.#share = share
    this.#wallMs = wallMs
  }

  get truth(): SpanTruth {
    return { posted: this.#posted, taken: this.#taken, lost: this.#lost, traces: this.#traces }
  }

  /** A step of time begins, milliseconds of the mesh's time. */
  step(nowMs: number): void {
    this.#nowMs = nowMs
  }

  /** Where a trace begins: nothing where this one is not to be told. */
  begin(): Passed | undefined {
    if (Math.random() >= this.#share) return undefined
    const id = newId()
    // Envoy writes into the request's id that it is traced. Source: envoyproxy/envoy, source/extensions/request_id/uuid.
    const uuid = randomUUID()
    const requestId = `${uuid.slice(0, 14)}9${uuid.slice(15)}`
    return { headers: { traceId: id, spanId: id, requestId }, atMs: this.#nowMs + beginsWithinMs * Math.random() }
  }

  /** What a request becomes whose headers an application passes on. */
  onward({ headers: { traceId, spanId, requestId }, atMs }: Passed): Passed {
    return { headers: { traceId, spanId: newId(), parentId: spanId, requestId }, atMs }
  }

  /** @returns what the called application has to pass on */
  answered(journey: Journey, { headers, atMs }: Passed, { code, ms }: { readonly code: string; readonly ms: number }): Passed {
    const cluster = clusterName(journey.to.workload)
    const rest = { headers, code, flags: '-', reach: 'answered' } as const
    this.#tell(journey, { ...rest, side: 'CLIENT', cluster, atMs, ms })
    const arrivedMs = atMs + ms * arrivesAfterShare
    this.#tell(journey, { ...rest, side: 'SERVER', cluster: `${cluster}|local`, atMs: arrivedMs, ms: ms * workedShare })
    return { headers, atMs: arrivedMs + ms * workedShare * passesOnAfterShare }
  }

  /** The caller's sidecar answers itself; the called one, where the request came that far, sees its caller give up. */
  unanswered(journey: Journey, { headers, atMs }: Passed, { code, flag, reach, ms }: Ending): void {
    const cluster = clusterName(journey.to.workload)
    const nothing = { ...journey, sizes: { ...journey.sizes, response: 0 } }
    this.#tell(nothing, { headers, side: 'CLIENT', cluster, atMs, ms, code, flags: flag, reach: reach === 'peer' ? 'sent' : 'kept' })
    if (reach !== 'peer') return
    const arrived = { atMs: atMs + ms * arrivesAfterShare, ms: ms * workedShare }
    this.#tell(nothing, { headers, side: 'SERVER', cluster: `${cluster}|local`, ...arrived, code: '0', flags: 'DC', reach: 'sent' })
  }

  /** Posts what is due of one pod's sidecar; nothing waits for the answer. */
  report(pod: Pod): void {
    const { sidecar } = pod
    for (const { body, reported } of sidecar.tracer.due(this.#nowMs)) {
      this.#posted += reported.spans
      void this.#post(pod, body).then((status) => {
        sidecar.reported(status, reported)
        this.#count(status, reported)
      })
    }
  }

  #count(status: number | undefined, { spans, traces }: Reported): void {
    if (status !== 202) {
      this.#lost += spans
      return
    }
    this.#taken += spans
    this.#traces += traces
  }

  #tell(
    { from, to, call, sizes }: Journey,
    { atMs, ms, ...rest }: Pick<Seen, 'side' | 'headers' | 'cluster' | 'code' | 'flags' | 'reach'> & { atMs: number; ms: number },
  ): void {
    const by = rest.side === 'CLIENT' ? from : to
    const beganUs = Math.round((this.#wallMs() - this.#nowMs + atMs) * 1e3)
    const text = envoySpan({ ...rest, by, caller: from, call, sizes, beganUs, tookUs: Math.round(ms * 1e3) })
    const isFirst = rest.side === 'CLIENT' && rest.headers.parentId === undefined
    by.sidecar.tracer.trace({ text, endsMs: atMs + ms, isFirst })
  }
}

const newId = (): string => randomBytes(8).toString('hex')

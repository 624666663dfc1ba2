/** Who took part in a span, in Zipkin's words. */
export interface SpanEndpoint {
  readonly serviceName?: string
  readonly ipv4?: string
  readonly ipv6?: string
  readonly port?: number
}

/**
 * One span as Zipkin v2 has it, as far as it is looked at; members that nobody here knows stay in its text. Source: openzipkin/zipkin-api, zipkin2-api.yaml.
 */
export interface Span {
  /** 16 or 32 lower-case hexadecimal digits. */
  readonly traceId: string
  /** 16 lower-case hexadecimal digits; of Pipy in FSM 32, until it is repaired. */
  readonly id: string
  /** Absent where the span begins a trace. */
  readonly parentId?: string
  readonly name?: string
  readonly kind?: 'CLIENT' | 'SERVER' | 'PRODUCER' | 'CONSUMER'
  /** Microseconds since the epoch. */
  readonly timestamp?: number
  /** Microseconds. */
  readonly duration?: number
  /** The caller's span may have the same id; Envoy says so of every span that it ends on the called side. */
  readonly shared?: boolean
  readonly debug?: boolean
  readonly localEndpoint?: SpanEndpoint
  readonly remoteEndpoint?: SpanEndpoint
  readonly annotations?: readonly { readonly timestamp: number; readonly value: string }[]
  readonly tags?: Readonly<Record<string, string>>
}

/** Whether it says itself that it failed. Zipkin's rule is that the tag is there; Envoy sets it for 5xx, for no answer, and for statuses of gRPC that say so. Pipy sets none. */
export function isFailed({ tags = {} }: Span): boolean {
  const { error, 'http.status_code': status = '' } = tags
  return (error !== undefined && error !== 'false') || /^5\d\d$/.test(status)
}

/** A span on its way: `text` is what is sent on, one line of JSON; as it came where nothing was changed, byte for byte but for line ends between members. */
export interface SpanText {
  readonly span: Span
  readonly text: string
}

/** What one request brought. */
export interface SpanBatch {
  readonly spans: readonly SpanText[]
  /** Whose connection it was: an address as the socket has it. */
  readonly senderAddress: string
}

/** Takes over what was received; answers at once and never throws. */
export interface SpanSink {
  /** @returns whether it was taken: not while more waits than may */
  spans(batch: SpanBatch): boolean
}

/**
 * What repair leaves on a span of the called side that begins a trace: the caller's span shares its id, since the caller is a sidecar. Without it such a span
 * may as well have come in from outside the mesh, where no span precedes it. A tag like the other `mesh.` ones, and absent where those are switched off.
 */
export const sidecarCaller = { tag: 'mesh.caller', value: 'sidecar' } as const

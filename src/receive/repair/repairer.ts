import type { Span, SpanBatch, SpanText } from '../../model/span.ts'
import type { PodIdentity } from '../../model/target.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Telemetry } from '../../telemetry/events.ts'
import { AddressBook } from './address-book.ts'
import { callerAddress, meshTagChanges } from './mesh-tags.ts'
import type { RepairOptions } from './options.ts'
import { RecentCallers } from './recent-callers.ts'
import { isOfSidecar } from './sidecar-span.ts'
import { changed, type SpanChanges } from './span-changes.ts'
import { durationChanges, idChanges, serviceNameChanges } from './span-members.ts'
import { repairMetrics } from './telemetry.ts'

export interface RepairContext {
  readonly clock: Clock
  readonly telemetry: Pick<Telemetry, 'metrics'>
}

type Repair = 'service_name' | 'unverified' | 'duration' | 'id' | 'mesh_tags'

/** Mends what sidecars leave out of their spans, or say wrongly, from what discovery knows of pods. */
export class Repairer {
  readonly #options: RepairOptions
  readonly #context: RepairContext
  readonly #book = new AddressBook()
  readonly #callers = new RecentCallers()

  constructor(options: RepairOptions, context: RepairContext) {
    this.#options = options
    this.#context = context
  }

  /** Takes all pods that there are. */
  know(pods: readonly PodIdentity[]): void {
    this.#book.know(pods, this.#context.clock.wallMs())
  }

  /** @returns the spans in their order; one that needs nothing is the object that it was */
  repair({ spans, senderAddress }: SpanBatch): readonly SpanText[] {
    const nowMs = this.#context.clock.wallMs()
    if (spans.some(({ span }) => span.kind === 'CLIENT' && isOfSidecar(span))) this.#callers.heard(senderAddress, nowMs)
    const counts = new Map<Repair, number>()
    const repaired = spans.map((before) => {
      const repairs = this.#repairsOf(before.span, { senderAddress, nowMs }).filter(([, changes]) => Object.keys(changes).length > 0)
      if (repairs.length === 0) return before
      for (const [repair] of repairs) counts.set(repair, (counts.get(repair) ?? 0) + 1)
      return changed(before, together(repairs.map(([, changes]) => changes)))
    })
    for (const [repair, count] of counts) this.#context.telemetry.metrics.count(repairMetrics.repairs, { repair }, count)
    return repaired
  }

  #repairsOf(span: Span, sent: Sent): (readonly [Repair, SpanChanges])[] {
    const { serviceNames, durations, ids, meshTags } = this.#options
    const pod = serviceNames || meshTags ? this.#senderOf(span, sent) : undefined
    const name = serviceNames ? serviceNameChanges(span, pod) : {}
    return [
      ...(ids ? [['id', idChanges(span)] as const] : []),
      ...(durations ? [['duration', durationChanges(span)] as const] : []),
      [name.tags ? 'unverified' : 'service_name', name],
      ...(meshTags ? [['mesh_tags', this.#meshTags(span, { ...sent, ...(pod && { pod }) })] as const] : []),
    ]
  }

  #meshTags(span: Span, { pod, nowMs }: Sent & { readonly pod?: PodIdentity }): SpanChanges {
    const address = callerAddress(span)
    const caller = address ? this.#book.podAt(address, momentOf(span, nowMs)) : undefined
    const isCalledBySidecar = caller?.hasSidecar ?? (address !== undefined && this.#callers.has(address, nowMs))
    return meshTagChanges(span, { ...(pod && { pod }), ...(caller && { caller }), isCalledBySidecar })
  }

  /** Whoever writes a span can write any address into it, but a pod without a sidecar may pass on what others sent. */
  #senderOf(span: Span, { senderAddress, nowMs }: Sent): PodIdentity | undefined {
    const { ipv4, ipv6 } = span.localEndpoint ?? {}
    const find = (address?: string) => (address ? this.#book.podAt(address, momentOf(span, nowMs)) : undefined)
    const sender = find(senderAddress)
    return sender?.hasSidecar ? sender : (find(ipv4) ?? find(ipv6) ?? sender)
  }
}

interface Sent {
  readonly senderAddress: string
  readonly nowMs: number
}

const momentOf = ({ timestamp }: Span, nowMs: number) => ({ atMs: timestamp === undefined ? nowMs : timestamp / 1e3, nowMs })

function together(all: readonly SpanChanges[]): SpanChanges {
  const tags = Object.assign({}, ...all.map((changes) => changes.tags))
  const changes: SpanChanges = Object.assign({}, ...all)
  return Object.keys(tags).length > 0 ? { ...changes, tags } : changes
}

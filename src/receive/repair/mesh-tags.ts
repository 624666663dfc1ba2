import { clusterOf } from '../../model/cluster.ts'
import { type Span, sidecarCaller } from '../../model/span.ts'
import type { PodIdentity } from '../../model/target.ts'
import { podWorkload } from '../../model/workload.ts'
import { isOfPipy, isOfSidecar } from './sidecar-span.ts'
import type { SpanChanges } from './span-changes.ts'

/** Who is known of those that took part. */
export interface Parties {
  /** Who sent the span. */
  readonly pod?: PodIdentity
  /** Who called, of a span of the called side. */
  readonly caller?: PodIdentity
  /** Whoever called has a sidecar that sends spans, too. */
  readonly isCalledBySidecar: boolean
}

type Tags = Readonly<Record<string, string>>
type Side = Readonly<Partial<Record<'namespace' | 'workload' | 'pod' | 'service', string>>>

/** Where the caller is, of a span of the called side. Pipy does not say. */
export function callerAddress(span: Span): string | undefined {
  return span.kind === 'SERVER' && !isOfPipy(span) ? span.tags?.['peer.address'] : undefined
}

/** Tags for who called and who was called, and for a trace's first call whether the caller's span has the same id. What is there already stays. */
export function meshTagChanges(span: Span, parties: Parties): SpanChanges {
  const known = tagsOf(span, parties)
  const tags: Record<string, string> = {}
  let count = 0
  for (const key in known) {
    if (span.tags?.[key] !== undefined) continue
    tags[key] = known[key] as string
    count++
  }
  return count > 0 ? { tags } : {}
}

function tagsOf(span: Span, { pod, caller, isCalledBySidecar }: Parties): Tags {
  switch (span.kind) {
    case 'CLIENT':
      return { ...(pod && sidesOf(pod).source), ...calledBy(span) }
    case 'SERVER':
      return {
        ...(caller && sidesOf(caller).source),
        ...(pod && sidesOf(pod).destination),
        ...calledBy(span),
        ...(isFirstCall(span) && (isCalledBySidecar || isOfPipy(span)) && { [sidecarCaller.tag]: sidecarCaller.value }),
      }
    default:
      return {}
  }
}

/** Pipy begins no trace on the called side: there is a caller for each of its spans. */
const isFirstCall = (span: Span) => span.shared === true && span.parentId === undefined && isOfSidecar(span)

interface Sides {
  readonly source: Tags
  readonly destination: Tags
}

/** Worked out once per pod, as long as somebody knows it. */
const sidesByPod = new WeakMap<PodIdentity, Sides>()

function sidesOf(pod: PodIdentity): Sides {
  const known = sidesByPod.get(pod)
  if (known) return known
  const side = sideOf(pod)
  const sides = { source: named('source', side), destination: named('destination', side) }
  sidesByPod.set(pod, sides)
  return sides
}

function sideOf(pod: PodIdentity): Side {
  const workload = podWorkload(pod)?.name
  return { namespace: pod.namespace, ...(workload && { workload }), pod: pod.name, ...(pod.app && { service: pod.app }) }
}

/** What the name of the Envoy cluster says; the mesh's own clusters are nobody's services. */
function calledBy({ tags }: Span): Tags {
  const name = tags?.upstream_cluster
  if (!name) return {}
  const known = calledByCluster.get(name)
  if (known) return known
  const { kind, namespace, service } = clusterOf(name)
  const called = kind === 'internal' ? {} : named('destination', { ...(namespace && { namespace }), ...(service && { service }) })
  if (name.length > longestCluster) return called
  if (calledByCluster.size >= mostClusters) calledByCluster.clear()
  calledByCluster.set(name, called)
  return called
}

/** By the name of an Envoy cluster. Whoever sends spans can make names up: of too many all are forgotten, and worked out again. */
const calledByCluster = new Map<string, Tags>()
const mostClusters = 1_000
/** Characters: longer than any that Kubernetes' names can make. */
const longestCluster = 512

const named = (role: 'source' | 'destination', side: Side): Tags =>
  Object.fromEntries(Object.entries(side).map(([key, value]) => [`mesh.${role}.${key}`, value]))

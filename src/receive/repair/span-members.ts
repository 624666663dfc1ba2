import type { Span } from '../../model/span.ts'
import type { PodIdentity } from '../../model/target.ts'
import { podWorkload } from '../../model/workload.ts'
import { isOfPipy } from './sidecar-span.ts'
import type { SpanChanges } from './span-changes.ts'

export const unverifiedTag = 'mesh.unverified'
const idDigits = 16

/**
 * Ids of Pipy in FSM, cut to their last digits: so Jaeger cuts them, so spans that reach it in another way stay joined; so a root's id stays the end of its trace's; and the
 * end of a random UUID has more chance in it than its beginning. Source: jaegertracing/jaeger v1.39 cmd/collector/app/zipkin/jsonv2.go.
 */
export function idChanges({ id, parentId }: Span): SpanChanges {
  return {
    ...(id.length > idDigits && { id: id.slice(-idDigits) }),
    ...(parentId !== undefined && parentId.length > idDigits && { parentId: parentId.slice(-idDigits) }),
  }
}

/** What old Envoys leave out of spans of the called side. Without annotations after its begin a span has no end that anybody knows. */
export function durationChanges({ timestamp, duration, annotations = [] }: Span): SpanChanges {
  if (duration !== undefined || timestamp === undefined) return {}
  const endUs = annotations.reduce((last, annotation) => Math.max(last, annotation.timestamp), timestamp)
  return endUs > timestamp ? { duration: endUs - timestamp } : {}
}

/**
 * OSM 0.8 to 1.2 leave the namespace empty (`default.`), Pipy leaves it out (`default`).
 *
 * @param pod who sent it; where nobody is known the name stays as it came, and the span says that it is nobody's word but its own
 */
export function serviceNameChanges(span: Span, pod: PodIdentity | undefined): SpanChanges {
  const name = span.localEndpoint?.serviceName ?? ''
  const isBare = isOfPipy(span) && (!name.includes('.') || name === pod?.serviceAccount)
  if (!isBare && !name.endsWith('.')) return {}
  if (pod) return { serviceName: serviceNameOf(pod) }
  return span.tags?.[unverifiedTag] === undefined ? { tags: { [unverifiedTag]: 'true' } } : {}
}

/** As OSM's main branch names sidecars, but pods that share the account `default` are told apart. Source: openservicemesh/osm pkg/injector/envoy_container.go. */
function serviceNameOf(pod: PodIdentity): string {
  const { namespace, name, serviceAccount = 'default' } = pod
  return `${serviceAccount === 'default' ? (podWorkload(pod)?.name ?? name) : serviceAccount}.${namespace}`
}

import { hash } from 'node:crypto'
import { clusterOf } from '../../model/cluster.ts'
import { type Span, sidecarCaller } from '../../model/span.ts'

/**
 * A span as it would be if caller and callee had not one id for both their spans, which Zipkin has and OpenTelemetry has not.
 *
 * The caller's span gets the new id, since everything that the callee does afterwards names the shared one as its parent: nobody else need change, and each
 * span can be looked at alone, whenever and wherever it comes. What a sidecar calls becomes a child of what called it. A span of the called side without a
 * parent is a child only if repair has found its caller to be a sidecar, since a trace that comes in from outside the mesh looks the same. An application
 * that takes over the id of the sidecar in front of it becomes that one's child, with an id of its own.
 */
export function unshared(span: Span): Span {
  const { kind, id, shared, parentId } = span
  if (kind === 'CLIENT') return isProxy(span) && hasSidecarBehind(span) ? { ...span, id: callerId(span) } : span
  if (kind !== 'SERVER' || !shared) return span
  if (!isProxy(span)) return { ...span, id: derivedId(span, 'application'), parentId: id }
  const hasCaller = parentId !== undefined || span.tags?.[sidecarCaller.tag] === sidecarCaller.value
  return hasCaller ? { ...span, parentId: callerId(span) } : span
}

/** What both sides of a call can tell without each other. */
const callerId = (span: Span) => derivedId(span, 'caller')

/** Envoy and Pipy both say it. Source: common_values.h of Envoy's tracing; tracing-init.js of Pipy's code base in osm-edge and FSM. */
const isProxy = ({ tags }: Span) => tags?.['component'] === 'proxy'

/** Where no sidecar answers, the id is nobody else's. */
function hasSidecarBehind({ tags }: Span): boolean {
  const cluster = tags?.['upstream_cluster']
  return typeof cluster === 'string' && clusterOf(cluster).kind === 'service'
}

const idDigits = 16

/** As good as random, and the same whoever works it out: also for trace ids that somebody on the way has padded. */
function derivedId({ traceId, id }: Span, role: 'caller' | 'application'): string {
  const digits = hash('sha256', `${role} ${traceId.padStart(2 * idDigits, '0')} ${id}`).slice(0, idDigits)
  return /^0+$/.test(digits) ? digits.replace(/0$/, '1') : digits // zero is no id
}

import { clusterOf } from '../model/cluster.ts'
import { isFailed, type Span } from '../model/span.ts'
import type { CallFigures } from '../model/trace-figures.ts'
import { parentsOf } from './trace-tree.ts'

/** One call of a trace, as both its sides tell it, or one of them. */
export interface Call {
  /** As spans name them: `bookbuyer.bookbuyer`. */
  readonly source: string
  readonly destination: string
  readonly isFailed: boolean
  readonly caller: Span | undefined
  readonly called: Span | undefined
}

/** The calls of a trace in the order in which they began. One of which an end is not known is left out. */
export function callsOf(spans: readonly Span[]): Call[] {
  const parents = parentsOf(spans)
  const answered = new Set([...parents].map(([span, parent]) => (span.kind === 'SERVER' && !isAbove(parent, span) ? parent : undefined)))
  return [...parents].flatMap(([span, parent]) => {
    if (span.kind === 'SERVER') return callOf(parent, span)
    return span.kind === 'CLIENT' && !answered.has(span) ? callOf(span, undefined) : []
  })
}

/** Whether a span is the call that the caller itself answered, of which nobody told yet: the two sides of the next one would have the same id. */
const isAbove = (before: Span | undefined, called: Span): boolean =>
  called.shared === true && before?.kind === 'CLIENT' && before.id !== called.id

/** @param before the caller's side, or what the caller did before where its side of the call is missing */
function callOf(before: Span | undefined, called: Span | undefined): Call | [] {
  if (called && isAbove(before, called)) return between({ source: calledNames(before)[0] ?? callerNames(called)[0], called })
  const caller = before?.kind === 'CLIENT' ? before : undefined
  return between({ source: serviceOf(before) ?? callerNames(called)[0], caller, called })
}

interface Sides {
  readonly source: string | undefined
  readonly caller?: Span | undefined
  readonly called: Span | undefined
}

function between({ source, caller, called }: Sides): Call | [] {
  const destination = serviceOf(called) ?? calledNames(caller)[0]
  if (source === undefined || destination === undefined) return []
  const failed = [caller, called].some((side) => side !== undefined && isFailed(side))
  return { source, destination, isFailed: failed, caller, called }
}

/** Whether it is a call of the one to the other, each by any of its names; `undefined` is anybody. */
export function isBetween({ source, destination, caller, called }: Call, from: string | undefined, to: string | undefined): boolean {
  const isOne = (wanted: string, names: readonly string[]) => names.some((name) => isNamed(name, wanted))
  return (
    (from === undefined || isNamed(source, from) || isOne(from, [...callerNames(caller), ...callerNames(called)])) &&
    (to === undefined || isNamed(destination, to) || isOne(to, [...calledNames(caller), ...calledNames(called)]))
  )
}

/** How many calls went from whom to whom, and how many of them failed. */
export function callFigures(calls: readonly Call[]): CallFigures[] {
  const groups = Map.groupBy(calls, ({ source, destination }) => JSON.stringify([source, destination]))
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return []
    const { source, destination } = first
    const errors = [first, ...others].filter((call) => call.isFailed).length
    return [{ source, destination, count: others.length + 1, errors }]
  })
}

/** Whether a name as spans have it is the one that is asked for: `bookstore.shop`, `shop/bookstore`, or `bookstore` alone. A namespace has no dot. */
export function isNamed(name: string, wanted: string): boolean {
  if (name === wanted) return true
  const dot = name.lastIndexOf('.')
  if (dot < 0) return false
  const [service, namespace] = [name.slice(0, dot), name.slice(dot + 1)]
  return service === wanted || `${namespace}/${service}` === wanted
}

const serviceOf = (span: Span | undefined): string | undefined => span?.localEndpoint?.serviceName

/** Who called, as a span's tags know it. */
function callerNames(span: Span | undefined): string[] {
  const { tags = {}, remoteEndpoint } = span ?? {}
  const { downstream_cluster: cluster = '-' } = tags
  const peer = span?.kind === 'SERVER' ? [remoteEndpoint?.serviceName, cluster === '-' ? undefined : cluster] : []
  return [...taggedNames(tags, 'source'), ...peer].flatMap((name) => name ?? [])
}

/** Who was called, as a span's tags know it. */
function calledNames(span: Span | undefined): string[] {
  const { tags = {}, remoteEndpoint } = span ?? {}
  const { kind, namespace, service } = clusterOf(tags.upstream_cluster ?? '')
  const cluster = kind === 'internal' || !service ? undefined : placed(service, namespace)
  const peer = span?.kind === 'CLIENT' ? remoteEndpoint?.serviceName : undefined
  return [...taggedNames(tags, 'destination'), cluster, peer].flatMap((name) => name ?? [])
}

/** What repair has noted on a span. */
const taggedNames = (tags: NonNullable<Span['tags']>, end: 'source' | 'destination'): (string | undefined)[] =>
  ['service', 'workload'].map((part) => {
    const name = tags[`mesh.${end}.${part}`]
    return name === undefined ? undefined : placed(name, tags[`mesh.${end}.namespace`])
  })

const placed = (name: string, namespace: string | undefined): string => (namespace === undefined ? name : `${name}.${namespace}`)

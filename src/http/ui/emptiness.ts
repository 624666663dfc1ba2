import type { EdgesAnswer, StatusAnswer, TargetsAnswer } from '../../model/figures.ts'
import type { Filters } from './view.ts'

/** Why a view of edges has nothing to show. */
export type Emptiness =
  /** Nobody is named for scraping. */
  | { readonly why: 'nobody-named' }
  /** Some are named, and have no pods in them, or do not exist. */
  | { readonly why: 'no-pods'; readonly reasons: readonly DroppedFor[] }
  /** Some are named, and none of their pods can be scraped. */
  | { readonly why: 'nobody-scraped'; readonly reasons: readonly DroppedFor[] }
  /** The time that is asked for lies before the oldest that is kept, milliseconds since the epoch. */
  | { readonly why: 'before-kept'; readonly oldestMs: number }
  | { readonly why: 'all-failing'; readonly count: number; readonly message: string | undefined }
  /** What happened shows between two scrapes. */
  | { readonly why: 'one-scrape' }
  | { readonly why: 'filtered'; readonly by: readonly FilterName[] }
  | { readonly why: 'only-tcp' }
  | { readonly why: 'no-traffic'; readonly count: number }

const filterNames = ['search', 'service', 'namespace', 'until'] as const
export type FilterName = (typeof filterNames)[number]

export interface DroppedFor {
  readonly reason: string
  readonly count: number
  /** What mends the first of them. */
  readonly remedy: string
}

export interface Known {
  readonly status: StatusAnswer
  readonly targets: TargetsAnswer
  readonly answer: EdgesAnswer
  readonly filters: Filters
  readonly of: 'requests' | 'connections' | 'map'
}

/** Why there are no rows, asked only where there are none: what is first in the way from a pod to a figure comes first. */
export function emptiness({ status, targets, answer, filters, of }: Known): Emptiness {
  const sidecars = targets.targets.filter(({ kind }) => kind === 'sidecar')
  if (sidecars.length === 0 && status.discovery.namespaces.length === 0) return { why: 'nobody-named' }
  if (sidecars.length === 0) return withoutSidecars(targets.dropped)
  if (answer.coveredMs === 0 && filters.until && Date.parse(filters.until) <= answer.atMs)
    return { why: 'before-kept', oldestMs: answer.atMs }
  const failing = sidecars.filter(({ state }) => state === 'failing' || state === 'stale')
  if (failing.length === sidecars.length)
    return { why: 'all-failing', count: failing.length, message: failing.find(({ error }) => error)?.error?.message }
  if (answer.coveredMs === 0) return { why: 'one-scrape' }
  // The answer is filtered by all but the search: these are the edges that were meant.
  const isOnlyTcp = answer.edges.length > 0 && answer.edges.every(({ requests, connections }) => !requests && connections)
  if (of === 'requests' && isOnlyTcp) return { why: 'only-tcp' }
  const by = filterNames.filter((name) => filters[name])
  if (by.length > 0) return { why: 'filtered', by }
  return { why: 'no-traffic', count: sidecars.length }
}

/** A namespace that is dropped as a whole has no pod by which that could be told. */
function withoutSidecars(dropped: TargetsAnswer['dropped']): Emptiness {
  const reasons = reasonsOf(dropped)
  const hasPods = dropped.some(({ pod, reason }) => pod !== null && reason !== 'namespace_not_named')
  return { why: hasPods ? 'nobody-scraped' : 'no-pods', reasons }
}

/** Pods of named namespaces by reason, most frequent first. Namespaces that nobody named are missed by nobody. */
function reasonsOf(dropped: TargetsAnswer['dropped']): readonly DroppedFor[] {
  const byReason = Map.groupBy(
    dropped.filter(({ reason }) => reason !== 'namespace_not_named'),
    ({ reason }) => reason,
  )
  return [...byReason]
    .map(([reason, all]) => ({ reason, count: all.length, remedy: all[0]?.remedy ?? '' }))
    .toSorted((a, b) => b.count - a.count)
}

export interface ConfigMapName {
  readonly namespace: string
  readonly name: string
}

const idText = /ConfigMap ([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)/

/** The ConfigMap that discovery's rule speaks of; undefined where none counts. */
export function configMapOf(rule: string): ConfigMapName | undefined {
  const [, namespace, name] = idText.exec(rule) ?? []
  return namespace !== undefined && name !== undefined ? { namespace, name } : undefined
}

/** Namespaces of the mesh that nobody named; only those whose names are safe in a command and in a file. */
export const unnamedOf = (dropped: TargetsAnswer['dropped']): TargetsAnswer['dropped'] =>
  dropped.filter(({ reason, namespace }) => reason === 'namespace_not_named' && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(namespace))

/** The ConfigMap that names these namespaces, ready to be applied. */
export const configMapText = ({ namespace, name }: ConfigMapName, names: readonly string[]): string =>
  `kind: ConfigMap
apiVersion: v1
metadata:
  name: ${name}
  namespace: ${namespace}
data:
  schema-version: v1
  config-version: ver1
  osm-metric-collection-configuration: |-
    [osm_metric_collection_configuration]
      [osm_metric_collection_configuration.settings]
        monitor_namespaces = [${names.map((name) => `"${name}"`).join(', ')}]
`

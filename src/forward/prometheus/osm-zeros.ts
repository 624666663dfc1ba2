import type { Labels } from '../../model/labels.ts'
import type { MeshSeries } from '../../model/mesh-series.ts'

/** Classes of response codes that dashboards ask for: `2` for success, and one that is not for failure. */
const askedClasses = ['2', '5']

/** Some of a control plane's counts are divided by whether it went well. */
const opposite: Readonly<Record<string, string>> = { true: 'false', false: 'true' }

/**
 * Series that a page lacks only because nothing of the kind has happened yet: Envoy makes a class of response codes with the first answer of it, and Go
 * programs a label's value with its first use. Their value is 0, and without them panels about failures are empty where nothing fails, and rates lose
 * what a series is born with. A page is shown whole or not at all, so what it lacks has not happened since its process began.
 *
 * Series of this list that the page has after all are the caller's to leave out.
 */
export function zerosOf(series: readonly (MeshSeries | undefined)[]): readonly MeshSeries[] {
  return series.flatMap((entry) => (entry?.job ? [...classes(entry), ...success(entry), ...outcomes(entry)] : []))
}

/** Two for each cluster that can be called, before its first request too. Those of the mesh's own plumbing are left out: dashboards do that as well. */
function classes(entry: MeshSeries): MeshSeries[] {
  if (entry.name !== 'envoy_cluster_upstream_rq_total' || !isCalled(entry)) return []
  return askedClasses.map((code) => zero(entry, 'envoy_cluster_upstream_rq_xx', { ...entry.labels, envoy_response_code_class: code }))
}

/** What is known by a port alone is no HTTP. */
export function isCalled({ cluster }: MeshSeries): boolean {
  if (!cluster?.service) return false
  return cluster.kind !== 'internal' || cluster.service.endsWith('-controller')
}

/** A workload of whose requests every single one failed: its share of success is 0, not unknown. `unknown` never answers. */
function success(entry: MeshSeries): MeshSeries[] {
  if (entry.name !== 'osm_request_total' || entry.labels.destination_name === 'unknown') return []
  return [zero(entry, entry.name, { ...entry.labels, response_code: '200' })]
}

function outcomes(entry: MeshSeries): MeshSeries[] {
  const other = opposite[entry.labels.success ?? '']
  return other && (entry.type === 'counter' || entry.type === 'histogram')
    ? [zero(entry, entry.name, { ...entry.labels, success: other })]
    : []
}

/** Of the same job and the same part of the page, without what belongs to the columns of the page. */
function zero({ type, job, group }: MeshSeries, name: string, labels: Labels): MeshSeries {
  return { name, labels, type, ...(job && { job }), group }
}

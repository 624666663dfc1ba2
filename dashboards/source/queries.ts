/** Which series a query is about, and what of their labels stays. */
export interface Selection {
  /** What stands between a selector's braces. */
  readonly where: string
  /** Labels that stay; none gives one sum. */
  readonly by?: readonly string[]
  /** The span that a rate is over; what Grafana deems right for lines where absent. */
  readonly over?: string
  /** How much earlier, as a duration. */
  readonly offset?: string
  /** Of the whole shown time rather than of each moment: the span ends where the dashboard does. */
  readonly atEnd?: boolean
}

/** The labels that tell edges apart: who calls, by its workload as its service, and who is called. */
export const edgeLabels = [
  'source_namespace',
  'source_workload',
  'source_service',
  'destination_namespace',
  'destination_service',
  'destination_port',
] as const

/** Tables say what was true over the whole shown time. */
export const overAll = '$__range'

export const sumBy = (expr: string, by: readonly string[] = []): string => `sum${by.length > 0 ? ` by (${by.join(', ')})` : ''} (${expr})`

/** How fast a counter grows, summed. */
export function perSecond(counter: string, selection: Selection): string {
  const { where, by, over = '$__rate_interval', offset, atEnd } = selection
  const when = `${offset === undefined ? '' : ` offset ${offset}`}${atEnd ? ' @ end()' : ''}`
  return sumBy(`rate(${counter}{${where}}[${over}]${when})`, by)
}

export const requests = (selection: Selection): string => perSecond('mesh_requests_total', selection)

/** An error is a 5xx, or the class 5xx where a sidecar tells only that. */
export const errors = (selection: Selection): string => requests({ ...selection, where: `${selection.where}, response_code=~"5.."` })

/** The errors' part of all requests. Nothing where there were no requests; 0 where a sidecar never had an error to print. */
export const errorRatio = (selection: Selection): string =>
  `(${errors(selection)} or 0 * ${requests(selection)}) / (${requests(selection)} > 0)`

export const successRatio = (selection: Selection): string => `1 - ${errorRatio(selection)}`

/** A quantile of a histogram. Nothing where nothing was observed: a quantile of nothing is no number, and no number is not more than 0. */
export function quantileOf(histogram: string, quantile: number, { by = [], ...selection }: Selection): string {
  return `histogram_quantile(${quantile}, ${perSecond(`${histogram}_bucket`, { ...selection, by: [...by, 'le'] })}) >= 0`
}

export const latency = (quantile: number, selection: Selection): string => quantileOf('mesh_request_duration_seconds', quantile, selection)

/** The mean instead of a quantile: for many edges at every moment buckets are too many. */
export const meanLatency = (selection: Selection): string =>
  `${perSecond('mesh_request_duration_seconds_sum', selection)} / (${perSecond('mesh_request_duration_seconds_count', selection)} > 0)`

export const connections = ({ where, by }: Selection): string => sumBy(`mesh_connections_active{${where}}`, by)

/** Requests by the first digit of their code, which `of` may tell apart further. */
export function requestsByClass(counter: string, { where, over = '$__rate_interval' }: Selection): string {
  return sumBy(`label_replace(rate(${counter}{${where}}[${over}]), "class", "\${1}xx", "response_code", "(.).*")`, ['class'])
}

/** Those of `expr` that are among the first by `ranking`, which has the same labels. */
export const among = (expr: string, ranking: string): string => `(${expr}) and ${ranking}`

export const top = (count: number, expr: string): string => `topk(${count}, ${expr})`

/** Adds `source` and `destination`, names to read: a workload says more than a service; a destination may have nothing but a port. */
export function named(expr: string): string {
  const names = [
    ['source', 'source_service'],
    ['source', 'source_workload'],
    ['destination', 'destination_port'],
    ['destination', 'destination_service'],
  ]
  return names.reduce((inner, [name, from]) => `label_replace(${inner}, "${name}", "$1", "${from}", "(.+)")`, expr)
}

/** What changed against earlier: both as they are, with 0 for who was not there. */
export function change(now: string, before: string): string {
  return `(${now} or 0 * ${before}) - (${before} or 0 * ${now})`
}

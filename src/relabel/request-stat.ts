import type { Labels } from '../model/labels.ts'

/** What the name of a WASM statistic says. */
export interface RequestStat {
  /** `osm_request_total` or `osm_request_duration_ms_` with `bucket`, `sum` or `count`. */
  readonly name: string
  readonly responseCode?: string
  /** Caller and called as far as the name tells them: what is empty there is absent here. `-` and `.` are `_`. */
  readonly peers: Labels
}

const counter = 'osm_request_total'
const ending = /osm_request_(?:total|duration_ms_(?:bucket|sum|count))$/
const opening = /^(?:envoy_)?(?:response_code_(?<code>\d{3})_)?source_namespace_/

export const peerLabels = [
  'source_namespace',
  'source_kind',
  'source_name',
  'source_pod',
  'destination_namespace',
  'destination_kind',
  'destination_name',
  'destination_pod',
] as const

/** The statistic's own name at the end of a sample's, `osm_request_duration_ms_bucket`; `undefined` where the sample is none. */
export const requestStatName = (sample: string): string | undefined => ending.exec(sample)?.[0]

/**
 * Reads the labels that OSM's WASM statistics carry inside their names: `source_namespace_bookbuyer_source_kind_Deployment_…_osm_request_total`, with
 * `envoy_` in front from Envoys before 1.20, and with the response code first where it is the counter.
 *
 * OSM's own rules are regular expressions with a greedy `(.*)` per label. A greedy chain puts every separator as far right as the ones after
 * it allow; searching them one by one from the end finds the same places, without going back and forth.
 *
 * @returns `undefined` for a name that these rules cannot read
 */
export function readRequestStat(sample: string): RequestStat | undefined {
  const name = requestStatName(sample)
  const opened = opening.exec(sample)
  if (!name || !opened) return undefined
  const code = opened.groups?.code
  if ((code !== undefined) !== (name === counter)) return undefined
  const values = split(sample, opened[0].length, sample.length - name.length - 1)
  if (!values || sample[sample.length - name.length - 1] !== '_') return undefined
  const peers = Object.fromEntries(peerLabels.map((label, i) => [label, values[i] ?? '']).filter(([, value]) => value !== ''))
  return { name, ...(code && { responseCode: code }), peers }
}

/** The eight values between `start` and `end`, cut at the labels' names. */
function split(sample: string, start: number, end: number): string[] | undefined {
  const values: string[] = []
  let rest = end
  for (const label of peerLabels.slice(1).reverse()) {
    const separator = `_${label}_`
    const at = rest < separator.length ? -1 : sample.lastIndexOf(separator, rest - separator.length)
    if (at < start) return undefined
    values.unshift(sample.slice(at + separator.length, rest))
    rest = at
  }
  return [sample.slice(start, rest), ...values]
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { peerLabels, readRequestStat } from '../../src/relabel/request-stat.ts'
import { cpuMs } from '../support/awake-time.ts'

/** OSM's own rules: one regular expression per label, the same but for what it captures. Source: charts/osm/templates/prometheus-configmap.yaml. */
const chain = `source_namespace_${peerLabels.map((label, i) => `${i === 0 ? '' : `_${label}_`}(.*)`).join('')}`
const counter = new RegExp(`^(?:envoy_)?response_code_(\\d{3})_${chain}_osm_request_total$`)
const histogram = new RegExp(`^(?:envoy_)?${chain}_osm_request_duration_ms_(?:bucket|sum|count)$`)

function asOsmReads(sample: string) {
  const [code, ...values] = counter.exec(sample)?.slice(1) ?? [undefined, ...(histogram.exec(sample)?.slice(1) ?? [])]
  if (values.length === 0) return undefined
  const peers = Object.fromEntries(peerLabels.map((label, i) => [label, values[i] ?? '']).filter(([, value]) => value !== ''))
  return { name: /osm_request_(?:total|duration_ms_\w+?)$/.exec(sample)?.[0], ...(code && { responseCode: code }), peers }
}

const words = [
  '',
  '_',
  'x',
  'unknown',
  '__',
  'source_kind',
  'source_pod',
  '_destination_name_',
  '_destination_pod_',
  '_source_name_',
  'response_code_200_',
  '7d4c',
]
const value = fc
  .array(fc.constantFrom(...words, ...peerLabels.map((label) => `_${label}_`)), { maxLength: 4 })
  .map((parts) => parts.join(''))
const separators = fc.tuple(
  ...peerLabels.slice(1).map((label) => fc.constantFrom(`_${label}_`, `_${label}_`, `_${label}_`, `_${label}`, `_${label}__`)),
)
const sample = fc
  .record({
    front: fc.constantFrom('', 'envoy_', 'x_'),
    code: fc.constantFrom('', 'response_code_200_', 'response_code_0_', 'response_code__'),
    values: fc.tuple(value, value, value, value, value, value, value, value),
    separators,
    end: fc.constantFrom(
      '_osm_request_total',
      '_osm_request_duration_ms_bucket',
      '_osm_request_duration_ms_sum',
      'osm_request_total',
      '_osm_request_duration_ms',
    ),
  })
  .map(
    ({ front, code, values, separators: between, end }) =>
      `${front}${code}source_namespace_${values.map((text, i) => text + (between[i] ?? '')).join('')}${end}`,
  )

describe('the name of a WASM statistic', () => {
  it("is read as OSM's greedy regular expressions read it, whatever stands in it", () => {
    const readsAlike = (name: string) => {
      expect(readRequestStat(name)).toEqual(asOsmReads(name))
    }
    fc.assert(fc.property(sample, readsAlike), { numRuns: 3000 })
  })

  it('is read in a time that does not explode with its length', () => {
    const long = `source_namespace_${'_destination_pod_'.repeat(20_000)}_osm_request_total`
    const begin = cpuMs()
    expect(readRequestStat(`response_code_200_${long}`)).toBeUndefined()
    expect(cpuMs() - begin).toBeLessThan(200)
  })
})

import fc from 'fast-check'
import { createRelabeller } from '../../../src/relabel/osm.ts'
import { podOf, targetOf } from '../../relabel/pods.ts'
import { inTime, same } from './outcome.ts'

const nameWord = fc.constantFrom(
  'osm_request_total',
  'osm_request_duration_ms_bucket',
  'envoy_cluster_',
  'upstream_rq',
  '_upstream_rq_xx',
  'upstream_cx_active',
  'response_code_200_',
  'source_namespace_',
  '_source_kind_',
  '_source_name_',
  '_source_pod_',
  '_destination_namespace_',
  '_destination_kind_',
  '_destination_name_',
  '_destination_pod_',
  '_',
  'a',
  '-',
  '.',
  '/',
  '|',
  '|80',
  '|local',
)
const foreign = fc.oneof(
  nameWord,
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom('_'.repeat(5_000), '1'.repeat(5_000), '|'.repeat(5_000), 'a.'.repeat(5_000)),
)
const anyName = fc.array(foreign, { maxLength: 12 }).map((parts) => parts.join(''))
const labelName = fc.constantFrom(
  'envoy_cluster_name',
  'envoy_response_code',
  'envoy_response_code_class',
  'le',
  '__proto__',
  'source_namespace',
  'instance',
)
const anySeries = fc.record({
  name: anyName,
  labels: fc.array(fc.tuple(labelName, anyName), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
  type: fc.constantFrom('counter' as const, 'gauge' as const, 'histogram' as const, 'untyped' as const),
})

/** Any names get names downstream, the same each time, and soon. */
export const relabelling = fc.property(fc.array(anySeries, { maxLength: 20 }), fc.array(anyName, { maxLength: 4 }), (series, pods) => {
  const identities = pods.map((name, index) => podOf(`shop${index}/${name}`, { owner: `ReplicaSet/${name}`, app: name }))
  const named = () => {
    const relabeller = createRelabeller({ wasmNames: 'restored' })
    relabeller.know(identities)
    const target = targetOf(identities[0])
    return { names: relabeller.names(target, { series }).series, labels: relabeller.labels(target) }
  }
  const first = inTime(named)
  if (first.names.length !== series.length) throw new Error('a column is missing')
  if (!Object.values(first.labels.kubernetesPods).every((text) => text.isWellFormed())) throw new Error('a label is no text')
  same(named(), first, 'once more')
})

import { describe, expect, it } from 'vitest'
import { type Kpi, kpis } from '../../src/aggregate/kpis.ts'
import { dialects } from '../../src/model/dialect.ts'
import type { MeshSeries } from '../../src/model/mesh-series.ts'
import { clusterFamilies, wantedOfSidecar } from '../../src/model/wanted.ts'
import { nameSeries } from '../../src/relabel/naming.ts'

/** Series of every name that a sidecar's page is asked for. */
const names = ['upstream_cx_max_requests', ...clusterFamilies].map((family) => `envoy_cluster_${family}`)
const parts = ['', '_bucket', '_sum', '_count']
const { takes } = wantedOfSidecar('osm', { requestStats: true })
const wanted = [...names, 'osm_request_total', 'osm_request_duration_ms'].flatMap((name) => parts.map((part) => name + part)).filter(takes)

const seriesOf = (name: string): MeshSeries => ({
  name,
  labels: { envoy_cluster_name: 'bookstore/bookstore|14001', envoy_response_code: '200', envoy_response_code_class: '2', le: '10' },
  type: 'counter',
  group: 'bookstore/bookstore|14001',
})

/** The wanted names that a KPI is made of. */
const sources = (kpi: Pick<Kpi, 'takes'>) => wanted.filter((name) => kpi.takes(seriesOf(name)) !== undefined)

describe('every KPI is made of what pages are asked for', () => {
  it.each(kpis.map((kpi) => [kpi.name, kpi] as const))('%s', (_, kpi) => {
    const partsTaken = new Set(sources(kpi).map((name) => kpi.takes(seriesOf(name))?.part ?? 'whole'))
    expect([...partsTaken].sort()).toEqual(kpi.type === 'histogram' ? ['bucket', 'count', 'sum'] : ['whole'])
  })

  it('and one over a statistic that nobody asks for would stand out', () => {
    expect(sources({ takes: ({ name }) => (name === 'envoy_cluster_upstream_cx_max_requests' ? {} : undefined) })).toEqual([])
  })
})

describe('every statistic that pages are asked for has a use', () => {
  /** What Azure's agent passes on. Source: microsoft/Docker-Provider, tomlparser-osm-config.rb. */
  const azureFields = 'cx_total cx_connect_fail rq rq_xx rq_total rq_time cx_rx_bytes_total cx_tx_bytes_total cx_active'
  const passedOn = new Set(azureFields.split(' ').map((field) => `upstream_${field}`))
  const isKept = (name: string) =>
    nameSeries({ name, labels: seriesOf(name).labels, type: 'counter' }, dialects.osm)?.series.job !== undefined
  const hasUse = (family: string) =>
    passedOn.has(family) ||
    parts.some(
      (part) => isKept(`envoy_cluster_${family}${part}`) || kpis.some((kpi) => kpi.takes(seriesOf(`envoy_cluster_${family}${part}`))),
    )

  it.each(clusterFamilies)('%s', (family) => expect(hasUse(family)).toBe(true))

  it('and one without would stand out', () => expect(hasUse('upstream_cx_max_requests')).toBe(false))
})

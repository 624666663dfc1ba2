import { readFileSync } from 'node:fs'
import { parse as parseToml } from 'smol-toml'
import { expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { insightsPage } from '../../../src/forward/prometheus/insights.ts'
import { active, page, rq } from '../../aggregate/page-words.ts'
import { expectGoodPage, renderAll } from '../../contracts/pulled-page.ts'
import { RowTable } from './row-table.ts'

const pageOf = (table: RowTable) =>
  insightsPage(
    () => table.sheets,
    (sheet) => table.rows.shown(sheet),
  )

it('/metrics/insights shows what rows are made of, under the labels that the workbook asks for', async () => {
  const table = new RowTable()
  table.mesh.scrape('bookbuyer-1', page(rq([200, 7]), active(2)))
  table.commit()
  table.mesh.advance(80_000)
  await expectGoodPage(pageOf(table))
  const labels = 'app="bookbuyer",envoy_cluster_name="bookstore/bookstore|14001"'
  const pod = 'namespace="bookbuyer",pod_name="bookbuyer-1"'
  expect(await renderAll(pageOf(table))).toBe(
    [
      '# HELP envoy_cluster_upstream_cx_active Connections open now.',
      '# TYPE envoy_cluster_upstream_cx_active gauge',
      `envoy_cluster_upstream_cx_active{${labels},${pod}} 2`,
      '# HELP envoy_cluster_upstream_rq Requests that ended with this response code.',
      '# TYPE envoy_cluster_upstream_rq counter',
      `envoy_cluster_upstream_rq{${labels},envoy_response_code="200",${pod}} 7`,
      '',
    ].join('\n'),
  )
})

it('shows a new series as it began until whoever reads once a minute has seen that', async () => {
  const table = new RowTable()
  const shown = async () => (await renderAll(pageOf(table))).match(/code="(?:200|503)".* \d+$/gm)?.map((line) => line.split(' ').at(-1))
  table.mesh.scrape('a', '# TYPE envoy_server_live gauge\nenvoy_server_live 1')
  table.commit()
  expect(await shown()).toBeUndefined()
  table.mesh.scrape('a', rq([200, 7]))
  table.commit()
  expect(await shown()).toEqual(['0'])
  table.mesh.advance(74_000).scrape('a', rq([200, 9], [503, 1]))
  table.commit()
  expect(await shown()).toEqual(['0', '0'])
  table.mesh.advance(2_000)
  expect(await shown()).toEqual(['9', '0'])
  table.mesh.advance(74_000)
  expect(await shown()).toEqual(['9', '1'])
})

it('remembers no beginnings while nobody reads', async () => {
  const table = new RowTable()
  table.mesh.scrape('a', rq([200, 7]))
  table.commit()
  expect(await renderAll(pageOf(table))).toContain('envoy_response_code="200",namespace="bookbuyer",pod_name="a"} 7')
})

it('the ConfigMap of Azure’s agent asks our Service for the names that the page has, and for no other', async () => {
  const read = (path: string) => parseYaml(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')) as unknown
  const { data } = read('configmaps/container-azm-ms-agentconfig.yaml') as { data: Record<string, string> }
  const { prometheus_data_collection_settings: settings } = parseToml(data['prometheus-data-collection-settings'] ?? '') as {
    prometheus_data_collection_settings: { cluster: { interval: string; fieldpass: string[]; kubernetes_services: string[] } }
  }
  const { metadata, spec } = read('deploy/base/service.yaml') as {
    metadata: { name: string; namespace: string }
    spec: { ports: { port: number }[] }
  }
  const table = new RowTable()
  const counters = ['cx_total', 'cx_connect_fail', 'cx_rx_bytes_total', 'cx_tx_bytes_total', 'rq_total']
  const of = 'envoy_cluster_name="a/b|80"'
  const buckets = `# TYPE envoy_cluster_upstream_rq_time histogram\nenvoy_cluster_upstream_rq_time_bucket{${of},le="+Inf"} 1`
  const lines = counters.map((name) => `# TYPE envoy_cluster_upstream_${name} counter\nenvoy_cluster_upstream_${name}{${of}} 1`)
  table.mesh.scrape('a', page(rq([200, 7]), active(2), buckets, ...lines))
  table.commit()
  const names = (await expectGoodPage(pageOf(table))).map(({ name }) => name)
  expect(settings.cluster.fieldpass.toSorted()).toEqual(names)
  expect(settings.cluster.interval).toBe('1m')
  const host = `${metadata.name}.${metadata.namespace}:${spec.ports[0]?.port}`
  expect(settings.cluster.kubernetes_services).toEqual([`http://${host}${pageOf(table).path}`])
})

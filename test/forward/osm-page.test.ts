import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { Memory } from '../../src/aggregate/memory.ts'
import { osmPage } from '../../src/forward/prometheus/osm.ts'
import { forwardMetrics } from '../../src/forward/telemetry.ts'
import type { Labels } from '../../src/model/labels.ts'
import type { MeshSeries, Names } from '../../src/model/mesh-series.ts'
import type { Sheet } from '../../src/model/sheet.ts'
import { createTelemetry } from '../../src/telemetry/events.ts'
import { expectGoodPage, renderAll } from '../contracts/pulled-page.ts'

type Row = readonly [name: string, labels: Labels, value: number, more?: Partial<MeshSeries>]

const namesOf = (rows: readonly Row[]): Names => {
  const series = rows.map(([name, labels, , more]): MeshSeries => ({
    name,
    labels,
    type: 'counter',
    job: 'kubernetes-pods',
    group: '',
    ...more,
  }))
  return { shape: { series }, series }
}

const pod = (name: string, instance: string): Labels => ({ instance, source_namespace: 'shop', source_pod_name: name })

/** When the sheets' pages were read, milliseconds since the epoch. */
const readMs = 1_795_000_000_000

function sheet(id: string, labels: Labels, page: readonly Row[] | { readonly rows: readonly Row[]; readonly names: Names }): Sheet {
  const { rows, names } = 'rows' in page ? page : { rows: page, names: namesOf(page) }
  return {
    target: { id, url: new URL('http://127.0.0.1/'), kind: 'sidecar', dialect: 'osm', labels: {}, bornWatched: true, terminating: false },
    targetLabels: { kubernetesPods: labels, smiMetrics: { instance: labels.instance ?? '' } },
    names,
    timestampMs: readMs,
    values: Float64Array.from(rows, ([, , value]) => value),
    totals: new Float64Array(rows.length),
    memory: new Memory(),
  }
}

function pageOf(sheets: readonly Sheet[]) {
  const telemetry = createTelemetry(pino({ enabled: false }), Object.values(forwardMetrics), [])
  const page = osmPage(() => sheets, { telemetry })
  const duplicates = async () =>
    (await telemetry.metrics.registry.getSingleMetric(forwardMetrics.duplicateSeries.name)?.get())?.values[0]?.value
  return { page, duplicates }
}

const live: Row = ['envoy_server_live', {}, 1, { type: 'gauge' }]
const xx = (value: number): Row => [
  'envoy_cluster_upstream_rq_xx',
  { envoy_cluster_name: 'shop/till|80', envoy_response_code_class: '2' },
  value,
]

const withoutJob = ({ job: _job, ...rest }: MeshSeries): MeshSeries => rest

describe('/metrics/osm', () => {
  it('adds up the columns that are one series, as Pipy prints them', async () => {
    const rows: Row[] = [
      ['envoy_cluster_upstream_rq_xx', { envoy_response_code_class: '2' }, 3, { plus: [1] }],
      ['envoy_cluster_upstream_rq_xx', { envoy_response_code_class: '2' }, 4],
    ]
    const series = namesOf(rows).series.map((entry, column) => (entry && column === 1 ? withoutJob(entry) : entry))
    const { page } = pageOf([sheet('a', pod('a', '10.0.0.1:15010'), { rows, names: { shape: { series: [] }, series } })])
    expect((await renderAll(page)).match(/^envoy.*$/gm)).toEqual([expect.stringMatching(/ 7 \d+$/)])
  })

  it('keeps both labels where the exported name is taken too', async () => {
    const { page } = pageOf([sheet('a', pod('a', '10.0.0.1:15010'), [['up', { instance: 'x', exported_instance: 'y' }, 1]])])
    expect(await renderAll(page)).toMatch(/exported_exported_instance="x",exported_instance="y".*instance="10/)
  })

  it("keeps all three labels where the exported name is the target's own", async () => {
    const labels = { instance: '10.0.0.1:15010', exported_instance: 'y' }
    const { page } = pageOf([sheet('a', labels, [['up', { instance: 'x' }, 1]])])
    const [family] = await expectGoodPage(page)
    expect(family?.series[0]?.labels).toMatchObject({ ...labels, exported_exported_instance: 'x' })
  })

  it('shows what the sidecar printed under the labels of its pod, family by family', async () => {
    const { page } = pageOf([sheet('b', pod('b', '10.0.0.2:15010'), [xx(7), live]), sheet('a', pod('a', '10.0.0.1:15010'), [live, xx(5)])])
    expect(await renderAll(page)).toBe(
      [
        '# HELP envoy_cluster_upstream_rq_xx Requests to the cluster, by class of response code.',
        '# TYPE envoy_cluster_upstream_rq_xx counter',
        'envoy_cluster_upstream_rq_xx{envoy_cluster_name="shop/till|80",envoy_response_code_class="2",instance="10.0.0.1:15010",job="kubernetes-pods",source_namespace="shop",source_pod_name="a"} 5 1795000000000',
        'envoy_cluster_upstream_rq_xx{envoy_cluster_name="shop/till|80",envoy_response_code_class="2",instance="10.0.0.2:15010",job="kubernetes-pods",source_namespace="shop",source_pod_name="b"} 7 1795000000000',
        '# HELP envoy_server_live Whether the sidecar takes requests: 1, or 0 while it drains.',
        '# TYPE envoy_server_live gauge',
        'envoy_server_live{instance="10.0.0.1:15010",job="kubernetes-pods",source_namespace="shop",source_pod_name="a"} 1',
        'envoy_server_live{instance="10.0.0.2:15010",job="kubernetes-pods",source_namespace="shop",source_pod_name="b"} 1',
        '',
      ].join('\n'),
    )
  })

  it('leaves out what none of the jobs would have kept', async () => {
    const { job: _, ...unwanted } = namesOf([live]).series[0] as MeshSeries
    const { page } = pageOf([sheet('a', pod('a', 'x'), { rows: [live], names: { shape: { series: [] }, series: [unwanted] } })])
    expect(await renderAll(page)).toBe('')
  })

  it('gives WASM statistics their instance alone', async () => {
    const row: Row = ['osm_request_total', { source_namespace: 'shop', response_code: '200' }, 3, { job: 'smi-metrics' }]
    const [family] = await expectGoodPage(pageOf([sheet('a', pod('a', 'x:1'), [row])]).page)
    expect(family?.series[0]?.labels).toEqual({ source_namespace: 'shop', response_code: '200', instance: 'x:1', job: 'smi-metrics' })
  })

  it('keeps the lines of a histogram together, each bound in its exact text', async () => {
    const parts = (service: string): Row[] =>
      ['0.5', '1', '+Inf', undefined, undefined].map((le, i): Row => {
        const name = `osm_request_duration_ms_${le ? 'bucket' : i === 3 ? 'sum' : 'count'}`
        return [name, { destination_name: service, ...(le && { le }) }, i, { type: 'histogram', job: 'smi-metrics' }]
      })
    const [family] = await expectGoodPage(pageOf([sheet('a', pod('a', 'x'), [...parts('one'), ...parts('two')])]).page)
    expect(family?.name).toBe('osm_request_duration_ms')
    expect(family?.series.map(({ labels }) => labels.le ?? '-')).toEqual(['0.5', '1', '+Inf', '-', '-', '0.5', '1', '+Inf', '-', '-'])
  })

  it.each([
    [1e21, '1e+21'],
    [0.1 + 0.2, '0.30000000000000004'],
    [Number.NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [9_007_199_254_740_991, '9007199254740991'],
  ])('writes %d as %s', async (value, text) => {
    expect(await renderAll(pageOf([sheet('a', { instance: 'x' }, [['m', {}, value]])]).page)).toContain(
      `m{instance="x",job="kubernetes-pods"} ${text} ${readMs}\n`,
    )
  })

  it("renames a series' own label that its target has too, as Prometheus does", async () => {
    const [family] = await expectGoodPage(
      pageOf([sheet('a', { instance: 'x', zone: 'eu' }, [['m', { zone: 'own', instance: 'me' }, 1]])]).page,
    )
    expect(family?.series[0]?.labels).toEqual({
      exported_zone: 'own',
      exported_instance: 'me',
      instance: 'x',
      zone: 'eu',
      job: 'kubernetes-pods',
    })
  })

  it('leaves out labels that are empty', async () => {
    const [family] = await expectGoodPage(pageOf([sheet('a', { instance: 'x', zone: '' }, [['m', { own: '', zone: 'eu' }, 1]])]).page)
    expect(family?.series[0]?.labels).toEqual({ instance: 'x', zone: 'eu', job: 'kubernetes-pods' })
  })

  it('uses names that pages share for each target as its labels ask', async () => {
    const rows: Row[] = [['m', { zone: 'own' }, 1]]
    const names = namesOf(rows)
    const { page } = pageOf([sheet('a', { instance: 'x', zone: 'eu' }, { rows, names }), sheet('b', { instance: 'y' }, { rows, names })])
    const [family] = await expectGoodPage(page)
    expect(family?.series.map(({ labels }) => [labels.zone, labels.exported_zone])).toEqual([
      ['eu', 'own'],
      ['own', undefined],
    ])
  })

  it('shows a series once when two targets claim it, however its labels are divided, and counts the rest', async () => {
    const a = sheet('a', { instance: 'x', zone: 'eu' }, [['m', {}, 1]])
    const b = sheet('b', { instance: 'x' }, [
      ['m', { zone: 'eu' }, 2],
      ['m', { zone: 'us' }, 3],
    ])
    const { page, duplicates } = pageOf([b, a])
    const [family] = await expectGoodPage(page)
    expect(family?.series.map(({ value }) => value)).toEqual([1, 3])
    expect(await duplicates()).toBe(1)
  })

  it('shows a series once that a page names twice', async () => {
    const { page, duplicates } = pageOf([sheet('a', pod('a', 'x'), [xx(1), xx(2)])])
    expect((await expectGoodPage(page))[0]?.series.map(({ value }) => value)).toEqual([1])
    expect(await duplicates()).toBe(1)
  })

  it('shows a series once that a page gives two types', async () => {
    const rows: Row[] = [
      ['m_count', {}, 1],
      ['m_count', {}, 2, { type: 'histogram' }],
    ]
    const { page, duplicates } = pageOf([sheet('a', pod('a', 'x'), rows)])
    expect((await renderAll(page)).match(/^m_count.*$/gm)).toEqual([expect.stringMatching(/ 1 \d+$/)])
    expect(await duplicates()).toBe(1)
  })

  it('writes label values so that they read back, whatever is in them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ minLength: 1 }), async (own, instance) => {
        const [family] = await expectGoodPage(pageOf([sheet('a', { instance }, [['m', { own }, 1]])]).page)
        expect(family?.series[0]?.labels).toEqual({ own, instance, job: 'kubernetes-pods' })
      }),
    )
  })

  it('comes in chunks, with turns between and the lines of a sheet of one scrape', async () => {
    const rows = Array.from({ length: 400 }, (_, i): Row => ['m', { envoy_cluster_name: `shop/service-${i}|80` }, 1])
    const names = namesOf(rows)
    const sheets = Array.from({ length: 10 }, (_, i) => sheet(`t${i}`, pod(`p${i}`, `10.0.0.${i}:15010`), { rows, names }))
    const telemetry = createTelemetry(pino({ enabled: false }), Object.values(forwardMetrics), [])
    let turns = 0
    const turn = async () => {
      turns++
      for (const { values } of sheets) values.fill(1 + turns)
    }
    const chunks = await Array.fromAsync(osmPage(() => sheets, { telemetry, turn }).render())
    expect(chunks.length).toBeGreaterThan(4)
    expect(turns).toBeGreaterThanOrEqual(chunks.length - 1)
    const bySheet = Map.groupBy(chunks.join('').matchAll(/instance="(.*?)".* (\d+) \d+$/gm), ([, instance]) => instance)
    expect(bySheet.size).toBe(10)
    for (const lines of bySheet.values()) expect(new Set(lines.map(([, , value]) => value)).size).toBe(1)
  })
})

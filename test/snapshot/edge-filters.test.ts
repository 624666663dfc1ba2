import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EdgesQuestion } from '../../src/snapshot/reading.ts'
import { Mesh } from '../support/mesh.ts'
import { meshes, nothing, pageOf, podOf } from './counted-mesh.ts'

describe('filters', () => {
  const filters = fc.record(
    {
      namespace: fc.constantFrom('bookbuyer', 'bank', 'nowhere'),
      service: fc.constantFrom('bookbuyer/bookbuyer', 'bank/till', 'bookthief/bookthief-v2'),
      source: fc.constantFrom('bookbuyer/bookbuyer', 'bookthief/bookthief-v1', 'bookbuyer'),
      destination: fc.constantFrom('shop/till', 'shop/till:90', 'osm-controller', 'bookbuyer/bookbuyer', 'till'),
      internals: fc.boolean(),
    },
    { requiredKeys: [] },
  )

  it('leave edges out, and change no figure of the others', () => {
    fc.assert(
      fc.property(meshes, filters, ({ snapshot }, filter) => {
        const all = snapshot.edges({ windowMs: 60_000 }).edges
        const { namespace, source, destination, internals = true } = filter
        const left = snapshot.edges({ windowMs: 60_000, ...filter }).edges
        expect(all.filter((edge) => left.some(({ labels }) => JSON.stringify(labels) === JSON.stringify(edge.labels)))).toEqual(left)
        for (const { labels } of left) {
          if (namespace) expect([labels.source_namespace, labels.destination_namespace]).toContain(namespace)
          if (source) expect(labels.source_namespace).toBe(source.split('/')[0])
          if (destination === 'shop/till:90') expect(labels.destination_port).toBe('90')
          if (!internals) expect(labels.destination_kind).not.toBe('internal')
        }
      }),
    )
  })

  const wasm = (value: number) => `# TYPE osm_request_total counter
osm_request_total{response_code="200",source_namespace="bookbuyer",source_kind="Deployment",source_name="bookbuyer-v2",source_pod="p",destination_namespace="shop",destination_kind="Deployment",destination_name="till-v2",destination_pod="q"} ${value}`
  const to = (...names: readonly string[]) => pageOf(new Map(names.map((name) => [name, nothing])))
  const mesh = new Mesh()
    .scrape(
      'a',
      to('shop/till|80', 'shop/envoy-pager|80', 'osm-system/osm-controller|15128', 'osm-controller', 'envoy-tracing-cluster', '3306'),
      podOf('bookbuyer', 'v1'),
    )
    .scrape('b', `${to('shop/till|80', 'bank/desk|80')}\n${wasm(1)}`, podOf('bookbuyer', 'v2'))
    .scrape('c', to('shop/till|80|local', 'shop/till-public|80|local'), podOf('shop', 'v1'))
    .scrape('d', to('shop/till|80|local'), {
      pod: { namespace: 'shop', app: 'till', controller: { kind: 'ReplicaSet', name: 'till-v2-5d7c' } },
    })
    .commit()
  const found = (filter: Partial<EdgesQuestion>) =>
    mesh.snapshot
      .edges({ windowMs: 1_000, ...filter })
      .edges.map(({ kind, labels }) => {
        const end = (side: string) => labels[`${side}_workload`] ?? labels[`${side}_service`] ?? ''
        return `${kind} ${end('source')} ${end('destination')}`.replace(/ +/g, ' ').trim()
      })
      .sort()

  it.each([
    [{ source: 'bookbuyer/bookbuyer-v2' }, ['outbound bookbuyer-v2 desk', 'outbound bookbuyer-v2 till', 'workload bookbuyer-v2 till-v2']],
    [
      { source: 'bookbuyer/bookbuyer', destination: 'shop/till' },
      ['outbound bookbuyer-v1 till', 'outbound bookbuyer-v2 till', 'workload bookbuyer-v2 till-v2'],
    ],
    [
      { destination: 'shop/till:80' },
      ['inbound shop-v1', 'inbound till-v2', 'outbound bookbuyer-v1 till', 'outbound bookbuyer-v2 till', 'workload bookbuyer-v2 till-v2'],
    ],
    [{ destination: 'shop/till:81' }, []],
    [{ destination: 'shop/till', by: 'pair' }, ['outbound bookbuyer till']],
    [{ destination: 'osm-controller' }, ['outbound bookbuyer-v1 osm-controller']],
    [{ destination: ':3306' }, ['outbound bookbuyer-v1']],
    [{ service: 'shop/till-public' }, ['inbound shop-v1']],
    [{ namespace: 'bank' }, ['outbound bookbuyer-v2 desk']],
    [
      { source: 'bookbuyer/bookbuyer-v1', internals: false },
      ['outbound bookbuyer-v1', 'outbound bookbuyer-v1 envoy-pager', 'outbound bookbuyer-v1 till'],
    ],
    [{ source: '' }, []],
  ] satisfies [Partial<EdgesQuestion>, string[]][])('find for %j what it names', (filter, expected) => {
    expect(found(filter)).toEqual(expected)
  })
})

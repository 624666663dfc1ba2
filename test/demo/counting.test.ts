import { expect, it } from 'vitest'
import type { DemoMesh } from '../../src/demo/mesh.ts'
import { bookstore, podOf, read, samples } from './bookstore.ts'

const answers = /^envoy_cluster_upstream_rq\{envoy_response_code="(?<code>\d+)",envoy_cluster_name="(?<cluster>[^"]+\|\d+)"\}$/

/** What a careful reader learns who reads every pod once a second: sums by "workload cluster code". */
class Reader {
  readonly sums = new Map<string, number>()
  readonly #last = new Map<string, number>()

  async read(mesh: DemoMesh): Promise<void> {
    for (const { workload, uid, containerId, url } of mesh.pods()) {
      if (!url) continue
      for (const [series, value] of samples(await read(url, '[|]14001[.]upstream_rq_[0-9]{3}$'))) {
        const { code, cluster } = answers.exec(series)?.groups ?? {}
        if (!cluster) continue // the control plane takes no filter
        const sum = `${workload} ${cluster} ${code}`
        const process = `${uid} ${containerId} ${series}`
        this.sums.set(sum, (this.sums.get(sum) ?? 0) + value - (this.#last.get(process) ?? 0))
        this.#last.set(process, value)
      }
    }
  }
}

const truthOf = (mesh: DemoMesh) =>
  new Map(mesh.truth().map(({ source, cluster, code, requests }) => [`${source.workload} ${cluster} ${code}`, requests]))
const sorted = (map: ReadonlyMap<string, number>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))

it('shows on its pages, added up, what the truth says', async () => {
  const mesh = await bookstore()
  await mesh.advance(31_700)
  const reader = new Reader()
  await reader.read(mesh)
  expect(sorted(reader.sums)).toEqual(sorted(truthOf(mesh)))
  expect(reader.sums.get('bookbuyer bookstore/bookstore-v2|14001 503')).toBeGreaterThan(10)
})

it('can be counted exactly by whoever reads once a second, through a restart and a replacement', async () => {
  const mesh = await bookstore({ seed: 3 })
  const reader = new Reader()
  const processes = new Set<string>()
  for (let ms = 0; ms < mesh.firstCycleMs; ms += 1_000) {
    await mesh.advance(1_000)
    await reader.read(mesh)
    for (const { uid, containerId } of mesh.pods()) processes.add(`${uid} ${containerId}`)
  }
  expect(sorted(reader.sums)).toEqual(sorted(truthOf(mesh)))
  // Eleven pods, one that took another's place and one that restarted; and what the new pod was before it ran.
  expect(processes.size).toBe(14)
})

it('has moved every figure and every reason after one cycle of episodes', async () => {
  const mesh = await bookstore()
  await mesh.advance(mesh.firstCycleMs - 100)
  expect(mesh.said).toEqual(mesh.episodes.flatMap(({ begins, ends }) => [begins, ends]))

  const sums = new Map<string, number>()
  for (const { url } of mesh.pods())
    for (const [series, value] of samples(await read(url))) {
      const name = series.replace(/\{.*/, '').replace(/^.*_(?=osm_request)/, '')
      sums.set(name, (sums.get(name) ?? 0) + value)
    }
  const moved = (name: string) => (sums.get(name) ?? 0) > 0
  const requests = ['', '_xx', '_total', '_time_count', '_timeout', '_rx_reset', '_tx_reset', '_pending_overflow', '_pending_failure_eject']
  const connections = [
    'total',
    'active',
    'connect_fail',
    'connect_timeout',
    'destroy_local_with_active_rq',
    'destroy_remote_with_active_rq',
    'tx_bytes_total',
    'rx_bytes_total',
  ]
  const names = [
    ...requests.map((name) => `envoy_cluster_upstream_rq${name}`),
    ...connections.map((name) => `envoy_cluster_upstream_cx_${name}`),
  ]
  expect(names.filter((name) => !moved(name))).toEqual([])
  expect(['osm_request_total', 'osm_request_duration_ms_count', 'osm_proxy_reconnect_count'].filter((name) => !moved(name))).toEqual([])
  expect(new Set(mesh.truth().map(({ code }) => code))).toEqual(new Set(['200', '404', '503', '504']))
})

it('answers latency within a second of the requests, and none for requests without an answer', async () => {
  const mesh = await bookstore()
  await mesh.advance(7_950) // whole seconds and a bit: the last flush is over, the last step's times are not out yet
  const page = samples(await read(podOf(mesh, 'bookthief').url))
  const cluster = 'envoy_cluster_name="bookstore/bookstore-v1|14001"'
  const [answered, timed] = [
    page.get(`envoy_cluster_upstream_rq_total{${cluster}}`) ?? 0,
    page.get(`envoy_cluster_upstream_rq_time_count{${cluster}}`) ?? 0,
  ]
  expect(timed).toBeGreaterThan(0)
  expect(answered - timed).toBeGreaterThan(0)
  expect(answered - timed).toBeLessThan(answered / 2)
})

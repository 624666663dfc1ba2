import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { bookstore, families, podOf, read, samples } from './bookstore.ts'

const captured = (name: string) => readFile(new URL(`../fixtures/v1.40.0-wasm/${name}.prom`, import.meta.url), 'utf8')
const withoutWasm = (page: string) => families(page).filter((family) => family.startsWith('envoy_'))

async function pageAfter(ms: number, workload = 'bookbuyer', seed = 1): Promise<string> {
  const mesh = await bookstore({ seed })
  await mesh.advance(ms)
  return read(podOf(mesh, workload).url)
}

describe("a sidecar's page", () => {
  it('names each family once, with every sample under its TYPE', async () => {
    const page = await pageAfter(30_000)
    expect(new Set(families(page)).size).toBe(families(page).length)
    for (const block of page.split('# TYPE ').slice(1)) {
      const [head = '', ...lines] = block.trimEnd().split('\n')
      const line = new RegExp(`^${head.split(' ')[0]}(_bucket|_sum|_count)?\\{.*\\} [0-9.]+$`)
      expect(lines.length).toBeGreaterThan(0)
      expect(lines.filter((text) => !line.test(text))).toEqual([])
    }
    expect(page.endsWith('\n')).toBe(true)
  })

  it.each(['bookbuyer', 'bookstore-v1'])('has no family that a real %s lacks, and all in the real order', async (workload) => {
    const page = withoutWasm(await pageAfter(30_000, workload))
    const real = withoutWasm(await captured(`${workload}-default`))
    expect(page).toEqual(real.filter((family) => page.includes(family)))
    expect(page.length).toBeGreaterThan(80)
  })

  it('prints labels, names without labels and WASM names as Envoy does', async () => {
    const page = await pageAfter(10_000)
    expect(page).toContain('\nenvoy_server_live{} 1\n')
    expect(page).toMatch(
      /^envoy_cluster_upstream_rq\{envoy_response_code="200",envoy_cluster_name="bookstore\/bookstore-v1\|14001"\} \d+$/m,
    )
    expect(page).toMatch(/^envoy_cluster_upstream_rq_time_bucket\{envoy_cluster_name="bookstore\/bookstore-v1\|14001",le="0.5"\} \d+$/m)
    expect(page).toMatch(
      /^response_code_200_source_namespace_bookbuyer_source_kind_Deployment_source_name_bookbuyer_source_pod_bookbuyer_\w+_destination_namespace_bookstore_destination_kind_Deployment_destination_name_bookstore_v1_destination_pod_bookstore_v1_\w+_osm_request_total\{\} \d+$/m,
    )
  })

  it('has whole histograms, in the bounds of the real ones', async () => {
    const page = samples(await pageAfter(20_000))
    const name = 'envoy_cluster_upstream_rq_time'
    const cluster = 'envoy_cluster_name="bookstore/bookstore-v1|14001"'
    const bounds = (text: string) =>
      [...text.matchAll(/cluster_upstream_rq_time_bucket\{envoy_cluster_name="bookstore\/bookstore-v1\|14001",le="([^"]+)"/g)].map(
        (hit) => hit[1],
      )
    const counts = bounds([...page.keys()].join('\n')).map((le) => page.get(`${name}_bucket{${cluster},le="${le}"}`) ?? -1)
    expect(bounds([...page.keys()].join('\n'))).toEqual(bounds(await captured('bookbuyer-default')))
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    expect(counts.at(-1)).toBe(page.get(`${name}_count{${cluster}}`))
    expect(page.get(`${name}_sum{${cluster}}`)).toBeGreaterThan(0)
  })

  it('lacks answers and times before the first one came', async () => {
    const names = withoutWasm(await pageAfter(0))
    expect(names).toContain('envoy_cluster_upstream_rq_total counter')
    expect(await pageAfter(0)).not.toContain('envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="bookstore')
  })

  it('shows the database without HTTP: connections and bytes only', async () => {
    const page = samples(await pageAfter(20_000, 'bookwarehouse'))
    const mysql = [...page]
      .filter(([series, value]) => series.includes('"bookwarehouse/mysql|3306"') && value > 0)
      .map(([series]) => series)
    expect(mysql.join('\n')).toContain('envoy_cluster_upstream_cx_active')
    expect(mysql.join('\n')).toContain('envoy_cluster_upstream_cx_rx_bytes_total')
    expect(mysql.join('\n')).not.toContain('upstream_rq')
  })

  it('is the same from the same seed, and another from another', async () => {
    expect(await pageAfter(40_000, 'bookbuyer', 7)).toBe(await pageAfter(40_000, 'bookbuyer', 7))
    expect(await pageAfter(40_000, 'bookbuyer', 7)).not.toBe(await pageAfter(40_000, 'bookbuyer', 8))
  })
})

describe("the control plane's page", () => {
  it("is in the form of Go's client", async () => {
    const page = await pageAfter(20_000, 'osm-controller')
    const names = families(page).map((family) => family.split(' ')[0] ?? '')
    expect(names).toEqual(names.toSorted())
    expect(page.match(/^# HELP \w+ \S/gm)?.length).toBe(names.length)
    expect(page).toContain('\nosm_proxy_connect_count 8\n')
    expect(page).toContain('\nosm_proxy_config_update_time_bucket{resource_type="ADS",success="true",le="+Inf"} 8\n')
    expect(page).toMatch(/^osm_k8s_api_event_count\{namespace="bookbuyer",type="pod-added"\} 2$/m)
  })
})

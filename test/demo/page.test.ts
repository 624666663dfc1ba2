import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { beginningOf, bookstore, families, podOf, read, samples } from './bookstore.ts'

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

describe("the control plane's pages", () => {
  it.each(['osm-controller', 'osm-injector', 'osm-bootstrap'])("are in the form of Go's client: %s", async (workload) => {
    const page = await pageAfter(20_000, workload)
    const names = families(page).map((family) => family.split(' ')[0] ?? '')
    expect(names).toEqual(names.toSorted())
    expect(page.match(/^# HELP \w+ \S/gm)?.length).toBe(names.length)
    for (const block of page.split('# TYPE ').slice(1)) expect(block.split('\n')[1]).toMatch(/^\w+(\{[^{}]+\})? [0-9.e-]+$/)
  })

  it('tell what the controller knows of the mesh', async () => {
    const page = await pageAfter(20_000, 'osm-controller')
    expect(page).toContain('\nosm_proxy_connect_count 8\n')
    expect(page).toContain('\nosm_proxy_config_update_time_bucket{resource_type="ADS",success="true",le="+Inf"} 8\n')
    expect(page).toMatch(/^osm_k8s_api_event_count\{namespace="bookbuyer",type="pod-added"\} 2$/m)
    expect(page).not.toContain('osm_error_err_code_count')
  })

  it('tell that osm-bootstrap is asked for its health every ten seconds, and nothing else', async () => {
    const page = samples(await pageAfter(20_000, 'osm-bootstrap'))
    expect(page.get('osm_http_response_total{code="200",method="get",path="/healthz"}')).toBe(3)
    expect(page.get('osm_http_response_duration_bucket{code="200",method="get",path="/healthz",le="0.005"}')).toBe(3)
    expect([...page.keys()].filter((series) => series.startsWith('osm_') && !series.includes('/healthz'))).toEqual([])
  })

  it('grow with what happens: a replaced pod is refused once and then injected, its going and a restart end a stream', async () => {
    const mesh = await bookstore()
    const look = async (workload: string) => samples(await read(podOf(mesh, workload).url))
    const seen = async () => {
      const [injector, controller] = [await look('osm-injector'), await look('osm-controller')]
      const answered = (success: boolean) => injector.get(`osm_admission_webhook_response_total{kind="Pod",success="${success}"}`)
      return {
        injected: answered(true),
        refused: answered(false),
        refusals: injector.get('osm_error_err_code_count{err_code="E4013"}'),
        timed: injector.get('osm_http_response_duration_count{code="200",method="post",path="/mutate-pod-creation"}'),
        certificates: injector.get('osm_cert_issued_count'),
        endedStreams: controller.get('osm_error_err_code_count{err_code="E5013"}'),
      }
    }
    const once = { injected: 8, refused: 1, refusals: 1, timed: 9, certificates: 8, endedStreams: undefined }
    expect(await seen()).toEqual(once)
    await mesh.advance(beginningOf(mesh, 'replaced pod') + 5_000)
    const replaced = { injected: 9, refused: 2, refusals: 2, timed: 11, certificates: 9, endedStreams: 1 }
    expect(await seen()).toEqual(replaced)
    await mesh.advance(beginningOf(mesh, 'restart') + 5_000 - (beginningOf(mesh, 'replaced pod') + 5_000))
    expect(await seen()).toEqual({ ...replaced, endedStreams: 2 })
  })
})

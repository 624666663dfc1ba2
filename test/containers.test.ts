import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { type Collector, startCollector } from '../src/collector.ts'
import { configSchema } from '../src/config/schema.ts'
import { createLog } from '../src/telemetry/log.ts'
import { readExposition } from '../src/parse/exposition.ts'
import { cadvisorPage, FakeKubelet, type Row } from './support/kubelet.ts'
import { Wire } from './scrape/support/wire.ts'
import { patient } from './support/patient.ts'

/** A collector that follows manifests with two nodes and reads the kubelet of each; nobody answers for the pods themselves but a listener that keeps what it was sent. */
let folder: string
let kubelets: readonly FakeKubelet[]
let sidecar: Wire
let sidecarPort: number
let collector: Collector
let log: string

const row = (pod: string, container: string, more: Partial<Row> = {}): Row => ({
  namespace: 'shop',
  pod,
  container,
  cpu: 12.5,
  rss: 4096,
  ...more,
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'containers-test-'))
  kubelets = await Promise.all([FakeKubelet.start(), FakeKubelet.start()])
  sidecar = new Wire(() => {})
  sidecarPort = Number(new URL(await sidecar.listen()).port)
  log = ''
})

afterEach(async () => {
  await collector.stop(2_000)
  sidecar.close()
  for (const kubelet of kubelets) await kubelet[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const node = (name: string, kubelet: FakeKubelet | undefined) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  status: {
    addresses: [
      { type: 'Hostname', address: name },
      { type: 'InternalIP', address: '127.0.0.1' },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: kubelet?.port } },
  },
})

const pod = (name: string, nodeName: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'shop',
    uid: `uid-${name}`,
    labels: { app: name, 'osm-proxy-uuid': 'u' },
    annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(sidecarPort) },
  },
  spec: { nodeName, containers: [{ name: 'envoy' }] },
  status: { phase: 'Running', podIP: '127.0.0.1' },
})

const shop = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: 'shop',
    labels: { 'openservicemesh.io/monitored-by': 'osm' },
    annotations: { 'openservicemesh.io/metrics': 'enabled' },
  },
}

const apply = (...objects: object[]) => writeFile(join(folder, 'all.yaml'), objects.map((object) => stringify(object)).join('---\n'))

async function collecting(cadvisor: object): Promise<void> {
  const config = configSchema.parse({
    discover: { source: 'manifests', manifests: { path: folder } },
    scrape: {
      interval: '2s',
      allowLoopback: true,
      cadvisor: { interval: '1s', tokenFile: kubelets[0]?.tokenFile, caFile: kubelets[0]?.caFile, ...cadvisor },
    },
    http: { listen: '127.0.0.1:0' },
  })
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += String(chunk)
      done()
    },
  })
  collector = await startCollector(patient(config), {
    baseDirectory: folder,
    version: 'test',
    log: createLog({ level: 'debug', destination }),
  })
}

const text = async (path: string) => (await fetch(collector.url + path)).text()
/** What `/metrics/osm` tells of containers, in the order of the page. */
const shown = async (): Promise<Readonly<Record<string, string | number>>[]> => {
  const samples = readExposition(Buffer.from(await text('/metrics/osm'))).filter(({ name }) => name.startsWith('container_'))
  return samples.map(({ name, labels, value, timestamp }) => ({ name, value, ...labels, ...(timestamp !== undefined && { timestamp }) }))
}
const containers = () => collector.reading.status().containers

async function until(holds: () => unknown): Promise<void> {
  const end = performance.now() + 20_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it did not come true: ${JSON.stringify(containers())}`)
    await sleep(20)
  }
}

describe('containers of scraped pods', () => {
  it('are on /metrics/osm as OSM’s job for cAdvisor had them, and end with their pod', async () => {
    const [first, second] = kubelets
    if (!first || !second) throw new Error('two nodes')
    first.page = cadvisorPage([
      row('cart', ''),
      row('cart', 'POD'),
      row('cart', 'app'),
      row('cart', 'envoy'),
      row('till', 'envoy', { cpu: 1 }),
      row('other', 'app'),
    ])
    second.page = cadvisorPage([row('till', 'envoy', { cpu: 99 })])
    await apply(shop, node('n1', first), node('n2', second), pod('cart', 'n1'), pod('till', 'n2'))
    await collecting({ from: 'kubelet' })
    await until(async () => containers()?.nodes.up === 2 && containers()?.samples === 6 && (await shown()).length === 6)
    const labels = { namespace: 'shop', job: 'kubernetes-cadvisor' }
    expect(await shown()).toEqual([
      {
        name: 'container_cpu_usage_seconds_total',
        value: 12.5,
        pod: 'cart',
        container: 'app',
        instance: 'n1',
        ...labels,
        timestamp: 1_700_000_000_000,
      },
      {
        name: 'container_cpu_usage_seconds_total',
        value: 12.5,
        pod: 'cart',
        container: 'envoy',
        instance: 'n1',
        ...labels,
        timestamp: 1_700_000_000_000,
      },
      {
        name: 'container_cpu_usage_seconds_total',
        value: 99,
        pod: 'till',
        container: 'envoy',
        instance: 'n2',
        ...labels,
        timestamp: 1_700_000_000_000,
      },
      { name: 'container_memory_rss', value: 4096, pod: 'cart', container: 'app', instance: 'n1', ...labels },
      { name: 'container_memory_rss', value: 4096, pod: 'cart', container: 'envoy', instance: 'n1', ...labels },
      { name: 'container_memory_rss', value: 4096, pod: 'till', container: 'envoy', instance: 'n2', ...labels },
    ])
    expect(containers()).toEqual({ from: 'kubelet', nodes: { up: 2 }, samples: 6, problems: [] })

    await apply(shop, node('n1', first), node('n2', second), pod('till', 'n2'))
    await until(async () => containers()?.nodes.up === 1 && (await shown()).every(({ pod: name }) => name === 'till'))

    second.answer = (_, response) => response.writeHead(403).end()
    await until(async () => containers()?.nodes.stale === 1 && (await shown()).length === 0)
    expect(containers()?.problems).toEqual([expect.objectContaining({ code: 'kubelet_forbidden', nodes: ['n2'] })])
  })

  it('come with a token that no target is sent, and that is told to nobody', async () => {
    const [first] = kubelets
    if (!first) throw new Error('a node')
    await apply(shop, node('n1', first), pod('cart', 'n1'))
    first.page = cadvisorPage([row('cart', 'envoy')])
    await collecting({ from: 'kubelet' })
    await until(() => containers()?.nodes.up === 1 && sidecar.requests.length > 0)
    expect(first.heard.length).toBeGreaterThan(0)
    const said = [
      ...sidecar.requests,
      log,
      await text('/api/v1/status'),
      await text('/api/v1/targets'),
      await text('/metrics'),
      await text('/metrics/osm'),
    ].join('\n')
    expect(said).not.toContain('first-token')
    expect(sidecar.requests.join('').toLowerCase()).not.toContain('authorization')
  })

  it('are nobody’s business unless they are asked for', async () => {
    const [first] = kubelets
    await apply(shop, node('n1', first), pod('cart', 'n1'))
    await collecting({})
    await until(() => sidecar.requests.length > 0)
    expect(containers()).toBeNull()
    expect(await shown()).toEqual([])
    expect(first?.connections).toBe(0)
  })
})

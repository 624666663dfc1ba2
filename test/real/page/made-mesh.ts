import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { CollectorProcess, freeAddress } from '../collector-process.ts'
import type { RealSetting } from '../part.ts'

/** A pod of a mesh that was thought out: who it says to be, and what it calls, as Envoy names clusters. */
export interface MadePod {
  readonly namespace: string
  readonly app: string
  readonly name: string
  readonly clusters: readonly string[]
  /** Nobody listens at its address. */
  readonly isAway?: boolean
}

export interface MadeMesh extends AsyncDisposable {
  readonly collector: CollectorProcess
  /** Where spans are taken. */
  readonly spansUrl: string
}

const port = 15010
const shares = [0.5, 0.9]
const path = '/stats/prometheus'
const addressOf = (n: number): string => `127.83.${(n + 1) >> 8}.${(n + 1) & 255}`

/** A collector of pods whose figures grow with each page. */
export async function startMadeMesh(
  pods: readonly MadePod[],
  { scratch, interval }: Pick<RealSetting, 'scratch'> & { readonly interval: string },
): Promise<MadeMesh> {
  const servers: Server[] = []
  const close = () => Promise.all(servers.map((server) => closed(server)))
  try {
    for (const [n, pod] of pods.entries()) if (!pod.isAway) servers.push(await serving(pod, addressOf(n)))
    const manifests = join(scratch, 'manifests')
    await mkdir(manifests, { recursive: true })
    const namespaces = [...new Set(pods.map(({ namespace }) => namespace))].map(namespaceObject)
    const items = [...namespaces, ...pods.map((pod, n) => podObject(pod, n))]
    await writeFile(join(manifests, 'mesh.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
    const spans = await freeAddress()
    const config = {
      discover: { source: 'manifests', manifests: { path: manifests } },
      scrape: { interval, timeout: '1s', allowLoopback: true },
      traces: { listen: spans, spansPerSecond: 100_000 },
    }
    const collector = await CollectorProcess.run(config, { scratch })
    const end = async () => {
      await collector.stop()
      await close()
    }
    return { collector, spansUrl: `http://${spans}/api/v2/spans`, [Symbol.asyncDispose]: end }
  } catch (error) {
    await close()
    throw error
  }
}

async function serving({ clusters }: MadePod, host: string): Promise<Server> {
  let asked = 0
  const server = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/plain' }).end(pageOf(clusters, ++asked)))
  await once(server.listen(port, host), 'listening')
  return server
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}

/** What a sidecar says of its clusters; every tenth request fails. */
function pageOf(clusters: readonly string[], asked: number): string {
  const count = asked * 20
  const lines = clusters.flatMap((cluster, i) => {
    const of = (labels: string) => `{${labels}envoy_cluster_name="${cluster.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"}`
    const n = count * (1 + (i % 5))
    return [
      `envoy_cluster_upstream_rq${of('envoy_response_code="200",')} ${n * 0.9}`,
      `envoy_cluster_upstream_rq${of('envoy_response_code="503",')} ${n * 0.1}`,
      `envoy_cluster_upstream_rq_xx${of('envoy_response_code_class="2",')} ${n * 0.9}`,
      `envoy_cluster_upstream_rq_xx${of('envoy_response_code_class="5",')} ${n * 0.1}`,
      `envoy_cluster_upstream_rq_total${of('')} ${n}`,
      `envoy_cluster_upstream_cx_total${of('')} ${asked}`,
      `envoy_cluster_upstream_cx_tx_bytes_total${of('')} ${n * 500}`,
      `envoy_cluster_upstream_cx_rx_bytes_total${of('')} ${n * 2_000}`,
      `envoy_cluster_upstream_cx_active${of('')} 2`,
      ...['5', '25', '+Inf'].map((le, at) => `envoy_cluster_upstream_rq_time_bucket${of(`le="${le}",`)} ${n * (shares[at] ?? 1)}`),
      `envoy_cluster_upstream_rq_time_sum${of('')} ${n * 9}`,
      `envoy_cluster_upstream_rq_time_count${of('')} ${n}`,
    ]
  })
  return `envoy_server_live{} 1\nenvoy_server_uptime{} ${asked * 10}\nenvoy_server_hot_restart_epoch{} 0\n${lines.join('\n')}\n`
}

const namespaceObject = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, annotations: { 'openservicemesh.io/metrics': 'enabled' } },
})

function podObject({ namespace, name, app }: MadePod, n: number) {
  const annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(port), 'prometheus.io/path': path }
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${app}-7d4cdc5f9b`, uid: `set-${n}`, controller: true }]
  const labels = { app, 'osm-proxy-uuid': `proxy-${n}` }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid: `made-${n}`, labels, annotations, ownerReferences },
    spec: { containers: [{ name: 'envoy' }] },
    status: { phase: 'Running', podIP: addressOf(n) },
  }
}

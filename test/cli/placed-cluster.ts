import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { ApiServer, type KubeObject } from '../support/api-server.ts'
import { tunnelTo } from '../support/pod-tunnel.ts'
import { answersOf, healthy } from './doctored-collector.ts'
import { edges, serve, targets } from './hand-made-collector.ts'
import { configMap, namespace, pod, scraped } from './meshed-cluster.ts'
import { typedAbout } from './terminal-session.ts'

const running = (object: KubeObject, ip = '10.0.0.7'): KubeObject => ({ ...object, status: { phase: 'Running', podIP: ip } })

export const collectorPod = (
  place = 'mesh-telemetry',
  state: object = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
): KubeObject => ({
  ...pod('mesh-telemetry-0', place, {}, { 'app.kubernetes.io/name': 'mesh-telemetry' }),
  spec: { containers: [{ name: 'collector', ports: [{ name: 'http-metrics', containerPort: 19_464 }] }] },
  status: state,
})

export const meshConfig = (enableWASMStats: boolean): KubeObject => ({
  kind: 'MeshConfig',
  metadata: { name: 'osm-mesh-config', namespace: 'osm-system' },
  spec: { featureFlags: { enableWASMStats } },
})

/** Two namespaces that are named, one that is not, and pods with and without what it takes. */
export const bookstore: readonly KubeObject[] = [
  namespace('bookbuyer'),
  namespace('bookstore'),
  namespace('bookthief'),
  configMap('[osm_metric_collection_configuration.settings]\nmonitor_namespaces = ["bookbuyer", "bookstore"]\n'),
  running(pod('bookbuyer-0', 'bookbuyer', scraped)),
  running(pod('bookstore-v1-0', 'bookstore', scraped)),
  running(pod('bookstore-v1-1', 'bookstore', scraped)),
  running(pod('bookstore-v2-0', 'bookstore')),
  running(
    pod(
      'osm-controller-0',
      'osm-system',
      { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9091' },
      { app: 'osm-controller', meshName: 'osm' },
    ),
  ),
  meshConfig(true),
]

const page = `# TYPE envoy_server_live gauge
envoy_server_live{} 1
# TYPE envoy_cluster_upstream_rq_total counter
envoy_cluster_upstream_rq_total{envoy_cluster_name="bookstore/bookstore|14001"} 5
# TYPE osm_request_total counter
response_code_200_source_namespace_a_source_kind_b_source_name_c_source_pod_d_destination_namespace_e_destination_kind_f_destination_name_g_destination_pod_h_osm_request_total{} 4
`

export const portOf = (server: Pick<Server, 'address'>) => (server.address() as AddressInfo).port
export const closedPort = 1

/** A cluster with sidecars and perhaps a collector behind port-forwards, anew for each test of the file that asks for it. */
export class PlacedCluster {
  api!: ApiServer
  /** A folder for the test's files. */
  room = ''
  kubeconfig = ''
  collector!: { url: string; server: Server }
  sidecar!: Server
  /** Where pods' ports lead: none for a closed one, and no entry where the API server refuses. */
  ports: Record<string, number> = {}
  refusedWith = 500

  constructor() {
    beforeEach(async () => {
      this.room = mkdtempSync(join(tmpdir(), 'mesh-telemetry-places-'))
      this.api = await ApiServer.start(...bookstore)
      this.kubeconfig = this.api.writeKubeconfig(join(this.room, 'kubeconfig'))
      this.collector = await serve({
        ...answersOf(healthy),
        '/api/v1/targets': targets,
        '/api/v1/edges?window=5m': edges,
        '/metrics/edges': 'a 1\n',
      })
      this.sidecar = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(page))
      this.sidecar.listen(0, '127.0.0.1')
      await once(this.sidecar, 'listening')
      this.ports = {
        'mesh-telemetry/mesh-telemetry-0:19464': portOf(this.collector.server),
        'monitoring/mesh-telemetry-0:19464': portOf(this.collector.server),
        'bookbuyer/bookbuyer-0:15010': portOf(this.sidecar),
        'bookstore/bookstore-v1-0:15010': portOf(this.sidecar),
      }
      this.refusedWith = 500
      const portOfPod = (path: string, port: number) => {
        const [, place, name] = /namespaces\/([^/]+)\/pods\/([^/]+)/.exec(path) ?? []
        return this.ports[`${place}/${name}:${port}`]
      }
      tunnelTo(this.api.http, portOfPod, () => this.refusedWith)
    })
    afterEach(async () => {
      await this.api.stop()
      this.sidecar.close()
      this.collector.server.close()
      rmSync(this.room, { recursive: true })
    })
  }

  /** What a command says of it. */
  readonly asked = (line: string) => typedAbout(this.kubeconfig, line)
}

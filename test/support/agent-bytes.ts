import type { PodIdentity } from '../../src/model/target.ts'

/** What Azure's agent collects of a mesh. Source: microsoft/Docker-Provider, build/linux/installer/scripts/tomlparser-osm-config.rb. */
const collected = new Set(
  ['cx_total', 'cx_connect_fail', 'rq', 'rq_xx', 'rq_total', 'rq_time_bucket', 'cx_rx_bytes_total', 'cx_tx_bytes_total', 'cx_active'].map(
    (statistic) => `envoy_cluster_upstream_${statistic}`,
  ),
)

/** A resource ID of usual length, with its name at the end. */
export const someClusterId =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/mesh/providers/Microsoft.ContainerService/managedClusters/mesh'
const node = 'aks-nodepool1-00000000-vmss000000'

/**
 * How many bytes of JSON Azure's agent writes of a sidecar's page each minute: a row of every series, whose tags are all labels and annotations of the pod and
 * what Telegraf adds. Source: microsoft/Docker-Provider, source/plugins/go/src/oms.go; influxdata/telegraf, plugins/inputs/prometheus/kubernetes.go.
 */
export function agentBytes(page: string, pod: PodIdentity): { readonly rows: number; readonly bytes: number } {
  const ofPod = {
    address: '10.244.1.17',
    app: pod.app ?? pod.name,
    'container.azm.ms/clusterId': someClusterId,
    'container.azm.ms/clusterName': 'mesh',
    hostName: node,
    namespace: pod.namespace,
    'osm-proxy-uuid': '00000000-0000-0000-0000-000000000000',
    'pod-template-hash': '6d7f9d8c5b',
    pod_name: pod.name,
    'prometheus.io/path': '/stats/prometheus',
    'prometheus.io/port': '15010',
    'prometheus.io/scrape': 'true',
    scrapeUrl: 'http://10.244.1.17:15010/stats/prometheus',
  }
  let [rows, bytes] = [0, 0]
  for (const [, name = '', text = '', val] of page.matchAll(/^(envoy_\w+)\{(.*)\} (\S+)$/gm)) {
    if (!collected.has(name)) continue
    const own = Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', value = '']) => [label, value]))
    const row = {
      TimeGenerated: '2026-01-01T00:00:00Z',
      Computer: node,
      Origin: 'container.azm.ms/telegraf',
      Namespace: 'container.azm.ms.osm/prometheus',
      Name: name,
      Val: Number(val),
      Tags: JSON.stringify({ ...ofPod, ...own }),
    }
    rows++
    bytes += Buffer.byteLength(JSON.stringify(row)) + 1
  }
  return { rows, bytes }
}

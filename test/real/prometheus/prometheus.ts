import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Target } from '../../../src/model/target.ts'
import type { PrintingPod } from './pods.ts'
import { configuration, type Release } from './rules.ts'
import { PrometheusServer, type PrometheusSetting } from './server.ts'

/** A Prometheus with OSM's rules, scraping every second. */
export async function startWithRules(
  release: Release,
  targets: readonly (PrintingPod & { readonly address: string })[],
  setting: PrometheusSetting,
): Promise<PrometheusServer> {
  const pods = join(setting.scratch, 'pods.json')
  await mkdir(setting.scratch, { recursive: true })
  await writeFile(pods, JSON.stringify(targets.map(asDiscovered), null, 1))
  return PrometheusServer.start(configuration(release, pods), setting)
}

/** Everything that it has of its targets, as exposition text, once every target was scraped twice. */
export async function everything(prometheus: PrometheusServer, scrapes: number): Promise<string> {
  const query = encodeURIComponent('count(count_over_time(up[1m]) >= 2 and up == 1)')
  await prometheus.until(`/api/v1/query?query=${query}`, (text) => text.includes(`"${scrapes}"]`))
  return prometheus.text(`/federate?match[]=${encodeURIComponent('{__name__=~".+"}')}`)
}

/** A pod as Prometheus' discovery in Kubernetes would describe it. Empty labels are absent there, as everywhere. */
function asDiscovered({ pod, path, address }: PrintingPod & { readonly address: string; readonly kind: Target['kind'] }) {
  const port = address.split(':')[1] ?? ''
  const facts = {
    name: pod.name,
    label_app: pod.app ?? '',
    controller_kind: pod.controller?.kind ?? '',
    controller_name: pod.controller?.name ?? '',
    annotation_prometheus_io_scrape: 'true',
    annotation_prometheus_io_port: port,
    annotation_prometheus_io_path: path === '/metrics' ? '' : path,
  }
  const labels = Object.entries(facts).map(([fact, value]) => [`__meta_kubernetes_pod_${fact}`, value])
  // as in a cluster, the address is first one of a container's ports; the annotation names the right one
  return {
    targets: [address.replace(/:\d+$/, ':8080')],
    labels: { __meta_kubernetes_namespace: pod.namespace, ...Object.fromEntries(labels) },
  }
}

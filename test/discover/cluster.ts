import { discover, type DiscoverSettings, type History, noHistory } from '../../src/discover/discover.ts'
import type { ConfigMap, Namespace, Objects, Pod } from '../../src/discover/objects.ts'
import { discoverOptions } from '../../src/discover/options.ts'
import type { Discovered } from '../../src/model/discovered.ts'

/** The language of these tests: objects of a small cluster, each with what matters said and the rest as usual. */

export const scrapeAnnotations = {
  'prometheus.io/scrape': 'true',
  'prometheus.io/port': '15010',
  'prometheus.io/path': '/stats/prometheus',
}

/** A pod that is scraped. */
export function pod(change: Partial<Pod> = {}): Pod {
  const name = change.name ?? 'bookstore-v1-5c8f7d9c6d-x2x4z'
  const namespace = change.namespace ?? 'bookstore'
  return {
    namespace,
    name,
    uid: `uid-of-${namespace}-${name}`,
    phase: 'Running',
    ip: '10.0.0.1',
    hostNetwork: false,
    labels: { app: 'bookstore', 'osm-proxy-uuid': '2b1c' },
    annotations: scrapeAnnotations,
    controller: { kind: 'ReplicaSet', name: 'bookstore-v1-5c8f7d9c6d' },
    terminating: false,
    containers: ['bookstore', 'envoy'],
    containerIds: { bookstore: 'containerd://aaa', envoy: 'containerd://bbb' },
    ...change,
  }
}

export function controlPlanePod(app: string, change: Partial<Pod> = {}): Pod {
  const labels = { app, meshName: 'osm', ...change.labels }
  const annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9091', ...change.annotations }
  const usual = { namespace: 'osm-system', name: `${app}-1`, containers: [app], containerIds: { [app]: `containerd://${app}` } }
  return pod({ ...usual, ...change, labels, annotations })
}

export function namespace(name: string, change: Partial<Namespace> = {}): Namespace {
  return { name, labels: { 'openservicemesh.io/monitored-by': 'osm' }, annotations: {}, ...change }
}

export const toml = (list: string) => `[osm_metric_collection_configuration]
  [osm_metric_collection_configuration.settings]
    monitor_namespaces = ${list}
`

export function configMap(list: string, data: ConfigMap['data'] = {}): ConfigMap {
  const usual = { 'schema-version': 'v1', 'osm-metric-collection-configuration': toml(list) }
  return { namespace: 'kube-system', name: 'container-azm-ms-osmconfig', data: { ...usual, ...data } }
}

export const named = (...names: string[]): ConfigMap => configMap(JSON.stringify(names))

type Change = Partial<Omit<Objects, 'complete'>> & { readonly complete?: boolean }
type Settings = Omit<Partial<DiscoverSettings>, 'mesh'> & { readonly mesh?: Partial<DiscoverSettings['mesh']> }

/** A cluster that discovery looks at again and again. */
export class Cluster {
  readonly #settings: DiscoverSettings
  #history: History = noHistory

  constructor(settings: Settings = {}) {
    const usual = discoverOptions.parse({})
    this.#settings = { ...usual, allowLoopback: false, ...settings, mesh: { ...usual.mesh, ...settings.mesh } }
  }

  look(objects: Change): Discovered {
    const { complete = true, ...rest } = objects
    const whole: Objects = { namespaces: [], pods: [], configMaps: [], problems: [], ...rest, complete: () => complete }
    const round = discover(whole, this.#settings, this.#history)
    this.#history = round.history
    return round.found
  }
}

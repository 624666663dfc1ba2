import type { KubeObject } from '../support/api-server.ts'

type Texts = Record<string, string>

export const namespace = (
  name: string,
  labels: Texts = { 'openservicemesh.io/monitored-by': 'osm' },
  annotations: Texts = {},
): KubeObject => ({
  kind: 'Namespace',
  metadata: { name, labels, annotations },
})

export const pod = (name: string, place: string, annotations: Texts = {}, labels: Texts = { 'osm-proxy-uuid': name }): KubeObject => ({
  kind: 'Pod',
  metadata: { name, namespace: place, labels, annotations },
  status: { phase: 'Running' },
})

export const controller = (tool: 'osm' | 'fsm', place: string, labels: Texts = { meshName: tool }): KubeObject => ({
  kind: 'Deployment',
  metadata: { name: `${tool}-controller`, namespace: place, labels: { app: `${tool}-controller`, ...labels } },
})

export const configMap = (list: string, place = 'kube-system', name = 'container-azm-ms-osmconfig'): KubeObject => ({
  kind: 'ConfigMap',
  metadata: { namespace: place, name },
  data: { 'schema-version': 'v1', 'osm-metric-collection-configuration': list },
})

/** What the injector writes. */
export const scraped = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '15010', 'prometheus.io/path': '/stats/prometheus' }

/** The bookstore in a mesh of its own, and a namespace of each kind that is not to be switched. */
export const bookstore: readonly KubeObject[] = [
  controller('osm', 'osm-system', { meshName: 'osm', 'app.kubernetes.io/version': 'v1.2.4' }),
  controller('fsm', 'fsm-system'),
  namespace('bookbuyer', undefined, { 'openservicemesh.io/sidecar-injection': 'enabled' }),
  namespace('bookstore'),
  namespace('bookthief', { 'openservicemesh.io/monitored-by': 'osm', 'openservicemesh.io/ignore': 'true' }),
  namespace('kube-system', {}),
  namespace('nameless', { 'openservicemesh.io/monitored-by': '' }),
  namespace('orphaned', { 'openservicemesh.io/monitored-by': 'gone' }),
  namespace('pipes', { 'flomesh.io/monitored-by': 'fsm' }),
  pod('bookbuyer-0', 'bookbuyer'),
  ...['bookstore-v1-0', 'bookstore-v1-1', 'bookstore-v2-0', 'bookstore-v2-1'].map((name) => pod(name, 'bookstore')),
  pod('bookstore-own', 'bookstore', { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080', 'example.com/team': 'books' }),
  pod('outside', 'bookstore', {}, { app: 'outside' }),
  pod('pipe-0', 'pipes', {}, { 'fsm-proxy-uuid': 'pipe-0' }),
]

import { certificates, errors, probed, responses, workBounds } from './control-plane-families.ts'
import { type ControlPlane, errorCodes, resourceTypes } from './control-plane.ts'
import { type Family, goPage, histogram, one } from './go-page.ts'
import type { Pod } from './pod.ts'
import { meshedNamespaces } from './topology.ts'

interface State {
  readonly controlPlane: ControlPlane
  readonly pods: readonly Pod[]
  readonly nowMs: number
}

/** osm-controller's page: the mesh as it knows it, and what it sent to sidecars. */
export function controllerPage(state: State): string {
  return goPage(ownFamilies(state), state.nowMs)
}

function ownFamilies({ controlPlane, pods, nowMs }: State): Family[] {
  const connected = pods.filter(({ meshed, stage }) => meshed && stage !== 'pending').length
  const events = [...controlPlane.podEvents].sort(byKey).map(([key, value]) => {
    const [namespace = '', type = ''] = key.split(' ')
    return { labels: { namespace, type }, value }
  })
  const sent = [...controlPlane.configurations]
    .sort(byKey)
    .flatMap(([proxy_uuid, { identity, count }]) => resourceTypes.map((type) => ({ labels: { identity, proxy_uuid, type }, value: count })))
  return [
    ...certificates(controlPlane.certificateSeconds),
    errors(errorCodes.streamClosedByProxy, controlPlane.closedStreams),
    { name: 'osm_events_queued', type: 'gauge', help: 'Events that wait to be handled.', samples: one(0) },
    {
      name: 'osm_feature_flag_enabled',
      type: 'gauge',
      help: 'Whether a feature is on.',
      samples: [{ labels: { feature_flag: 'enableWASMStats' }, value: 1 }],
    },
    ...responses(['/health/alive', '/health/ready'].map((path) => probed(path, nowMs))),
    { name: 'osm_k8s_api_event_count', type: 'counter', help: 'Events from the Kubernetes API.', samples: events },
    { name: 'osm_proxy_broadcast_event_count', type: 'counter', help: 'Broadcasts to all proxies.', samples: one(controlPlane.broadcasts) },
    {
      name: 'osm_proxy_config_update_time',
      type: 'histogram',
      help: 'Seconds to send a proxy its configuration.',
      samples: histogram(controlPlane.configurationSeconds, workBounds, { resource_type: 'ADS', success: 'true' }),
    },
    { name: 'osm_proxy_connect_count', type: 'gauge', help: 'Proxies that are connected.', samples: one(connected) },
    { name: 'osm_proxy_max_connections_rejected', type: 'counter', help: 'Connections refused over the limit.', samples: one(0) },
    { name: 'osm_proxy_reconnect_count', type: 'counter', help: 'Proxies that connected again.', samples: one(controlPlane.reconnects) },
    { name: 'osm_proxy_response_send_success_count', type: 'counter', help: 'Responses sent to proxies.', samples: sent },
    { name: 'osm_proxy_xds_request_count', type: 'counter', help: 'Requests of proxies for configuration.', samples: sent },
    { name: 'osm_resource_namespace_count', type: 'gauge', help: 'Namespaces in the mesh.', samples: one(meshedNamespaces.length) },
    {
      name: 'osm_version_info',
      type: 'gauge',
      help: 'What runs here.',
      samples: [{ labels: { build_date: '2023-04-27', git_commit: 'demo', version: 'v1.2.4' }, value: 1 }],
    },
  ]
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)

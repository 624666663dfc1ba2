import type { Pod } from './pod.ts'

/** What the control plane sends to every sidecar. Source: Envoy's xDS, the resources that OSM serves. */
export const resourceTypes = ['CDS', 'EDS', 'LDS', 'RDS', 'SDS'] as const

/** What osm-controller has counted: it sees pods come and go and configures their sidecars. */
export class ControlPlane {
  /** By namespace and type, `bookbuyer pod-added`. */
  readonly podEvents = new Map<string, number>()
  /** How often each sidecar was sent its configuration, by proxy UUID. */
  readonly configurations = new Map<string, { readonly identity: string; readonly count: number }>()
  /** Seconds that each certificate and each configuration took. */
  readonly certificateSeconds: number[] = []
  readonly configurationSeconds: number[] = []
  broadcasts = 0
  reconnects = 0

  /** A pod's object changed; whoever may call it is told. */
  changed({ workload: { namespace } }: Pod, how: 'added' | 'updated' | 'deleted'): void {
    const key = `${namespace} pod-${how}`
    this.podEvents.set(key, (this.podEvents.get(key) ?? 0) + 1)
    this.broadcasts++
  }

  /** A sidecar opened its stream and got a certificate and its configuration. */
  configured(pod: Pod, how: 'connected' | 'reconnected'): void {
    if (!pod.meshed) return
    if (how === 'reconnected') this.reconnects++
    const { namespace, name } = pod.workload
    const count = (this.configurations.get(pod.proxyUuid)?.count ?? 0) + 1
    this.configurations.set(pod.proxyUuid, { identity: `${name}.${namespace}.cluster.local`, count })
    this.certificateSeconds.push(0.06 + 0.03 * (this.certificateSeconds.length % 5))
    this.configurationSeconds.push(0.02 + 0.05 * (this.configurationSeconds.length % 7))
  }
}

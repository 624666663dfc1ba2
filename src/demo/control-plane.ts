import type { Pod } from './pod.ts'

/** What the control plane sends to every sidecar. Source: Envoy's xDS, the resources that OSM serves. */
export const resourceTypes = ['CDS', 'EDS', 'LDS', 'RDS', 'SDS'] as const

/** What goes wrong here, under OSM's own codes. Source: openservicemesh/osm, pkg/errcode, v1.2. */
export const errorCodes = { certificateNotIssued: 'E4013', streamClosedByProxy: 'E5013' } as const

export type ErrorCode = (typeof errorCodes)[keyof typeof errorCodes]

/** What osm-controller and osm-injector have counted: they see pods come and go, give them sidecars and configure these. */
export class ControlPlane {
  /** By namespace and type, `bookbuyer pod-added`. */
  readonly podEvents = new Map<string, number>()
  /** How often each sidecar was sent its configuration, by proxy UUID. */
  readonly configurations = new Map<string, { readonly identity: string; readonly count: number }>()
  /** Seconds that each certificate and each configuration took. */
  readonly certificateSeconds: number[] = []
  readonly configurationSeconds: number[] = []
  /** Seconds that each answer to a new pod took, refusals included, and each first certificate of a sidecar. */
  readonly injectionSeconds: number[] = []
  readonly bootstrapCertificateSeconds: number[] = []
  refusedInjections = 0
  closedStreams = 0
  broadcasts = 0
  reconnects = 0

  /** A pod's object changed; whoever may call it is told. */
  changed(pod: Pod, how: 'added' | 'updated' | 'deleted'): void {
    const key = `${pod.workload.namespace} pod-${how}`
    this.podEvents.set(key, (this.podEvents.get(key) ?? 0) + 1)
    this.broadcasts++
    if (how === 'deleted' && pod.meshed) this.closedStreams++
  }

  /** A pod is to be created and gets its sidecar. */
  injected({ meshed }: Pod): void {
    if (!meshed) return
    this.bootstrapCertificateSeconds.push(0.008 + 0.004 * (this.bootstrapCertificateSeconds.length % 5))
    this.injectionSeconds.push(0.012 + 0.006 * (this.injectionSeconds.length % 5))
  }

  /** No certificate could be had for a new pod's sidecar: Kubernetes does not create the pod and asks again. */
  refused(): void {
    this.refusedInjections++
    this.injectionSeconds.push(0.45)
  }

  /** A sidecar opened its stream and got a certificate and its configuration. */
  configured(pod: Pod, how: 'connected' | 'reconnected'): void {
    if (!pod.meshed) return
    if (how === 'reconnected') {
      this.reconnects++
      this.closedStreams++
    }
    const { namespace, account } = pod.workload
    const count = (this.configurations.get(pod.proxyUuid)?.count ?? 0) + 1
    this.configurations.set(pod.proxyUuid, { identity: `${account}.${namespace}.cluster.local`, count })
    this.certificateSeconds.push(0.06 + 0.03 * (this.certificateSeconds.length % 5))
    this.configurationSeconds.push(0.02 + 0.05 * (this.configurationSeconds.length % 7))
  }
}

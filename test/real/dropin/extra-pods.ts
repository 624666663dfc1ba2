import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'

/** A pod beside those of the demo. */
export interface ExtraPod {
  readonly namespace: string
  readonly name: string
  readonly app: string
  readonly kind: 'sidecar' | 'control-plane'
  /** Its page, after so many seconds. */
  page(seconds: number): string
}

/** A block of loopback addresses that the demo does not use. */
const block = '127.46.0'

/** Serves pods' pages and keeps their manifests, which the collector follows. */
export class ExtraPods implements AsyncDisposable {
  readonly #folder: string
  readonly #startedMs = performance.now()
  readonly #servers = new Map<ExtraPod, Server>()

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async serve(pods: readonly ExtraPod[], folder: string): Promise<ExtraPods> {
    const served = new ExtraPods(folder)
    for (const [i, pod] of pods.entries()) served.#servers.set(pod, await served.#listen(pod, `${block}.${i + 1}`))
    await served.#write()
    return served
  }

  /** Takes one away as Kubernetes does once it is gone: neither answers nor exists. */
  async remove(pod: ExtraPod): Promise<void> {
    const server = this.#servers.get(pod)
    this.#servers.delete(pod)
    await this.#write()
    await close(server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers.values()) await close(server)
  }

  #listen(pod: ExtraPod, host: string): Promise<Server> {
    const server = createServer((_, response) => response.end(pod.page((performance.now() - this.#startedMs) / 1e3)))
    return new Promise((resolve, reject) => server.once('error', reject).listen(0, host, () => resolve(server)))
  }

  async #write(): Promise<void> {
    const namespaces = new Set([...this.#servers.keys()].filter(({ kind }) => kind === 'sidecar').map(({ namespace }) => namespace))
    const objects = [...[...namespaces].map(namespaceObject), ...[...this.#servers].map(([pod, server]) => podObject(pod, server))]
    await writeFile(join(this.#folder, 'extra.yaml'), objects.map((object) => stringify(object)).join('---\n'))
  }
}

function close(server: Server | undefined): Promise<void> {
  server?.closeAllConnections()
  return new Promise((resolve) => (server ? server.close(() => resolve()) : resolve()))
}

const namespaceObject = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name,
    labels: { 'openservicemesh.io/monitored-by': 'osm' },
    annotations: { 'openservicemesh.io/metrics': 'enabled' },
  },
})

function podObject({ namespace, name, app, kind }: ExtraPod, server: Server) {
  const { address, port } = server.address() as AddressInfo
  const isSidecar = kind === 'sidecar'
  const container = isSidecar ? 'envoy' : app
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name,
      uid: `uid-of-${name}`,
      labels: { app, ...(isSidecar && { 'osm-proxy-uuid': `proxy-of-${name}` }) },
      annotations: {
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': String(port),
        ...(isSidecar && { 'prometheus.io/path': '/stats/prometheus' }),
      },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: name.replace(/-[^-]+$/, ''), uid: `owner-of-${name}`, controller: true },
      ],
    },
    spec: { containers: [{ name: container, image: `example/${container}:1` }] },
    status: {
      phase: 'Running',
      podIP: address,
      containerStatuses: [
        { name: container, ready: true, containerID: `containerd://${name}`, state: { running: { startedAt: '2026-01-01T00:00:00Z' } } },
      ],
    },
  }
}

import { clusterName, podNames } from './mesh.ts'
import { edgeKey } from './ledger.ts'
import type { Sidecar } from './sidecar.ts'

/** Envoy's statistics and where the collector shows them: name, and the reason if it is one of several. */
export const adminKpis: readonly { readonly statistic: string; readonly kpi: string; readonly reason?: string }[] = [
  { statistic: 'upstream_cx_total', kpi: 'mesh_connections_opened_total' },
  { statistic: 'upstream_cx_tx_bytes_total', kpi: 'mesh_sent_bytes_total' },
  { statistic: 'upstream_cx_rx_bytes_total', kpi: 'mesh_received_bytes_total' },
  { statistic: 'upstream_cx_connect_fail', kpi: 'mesh_connection_failures_total', reason: 'connect_fail' },
  { statistic: 'upstream_cx_destroy_local_with_active_rq', kpi: 'mesh_connection_failures_total', reason: 'destroyed_local' },
  { statistic: 'upstream_cx_destroy_remote_with_active_rq', kpi: 'mesh_connection_failures_total', reason: 'destroyed_remote' },
  { statistic: 'upstream_rq_timeout', kpi: 'mesh_request_failures_total', reason: 'timeout' },
  { statistic: 'upstream_rq_rx_reset', kpi: 'mesh_request_failures_total', reason: 'reset_remote' },
  { statistic: 'upstream_rq_tx_reset', kpi: 'mesh_request_failures_total', reason: 'reset_local' },
]

const active = { statistic: 'upstream_cx_active', kpi: 'mesh_connections_active' }

/** What the sidecars themselves say, summed over all processes that a pod had: `kpi` → book of `edge reason` → value. */
export class AdminBook {
  readonly #books = new Map<string, Map<string, number>>()

  /** Enters a process's counters: `sign` 1 at its end, -1 for what it had counted before the collector watched. */
  async enter(sidecar: Sidecar, sign: 1 | -1): Promise<void> {
    await this.#add(sidecar, sign, adminKpis)
  }

  /** Enters the connections that are open in a process that still runs at the end. */
  async enterActive(sidecar: Sidecar): Promise<void> {
    await this.#add(sidecar, 1, [active])
  }

  get books(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    return this.#books
  }

  async #add(sidecar: Sidecar, sign: 1 | -1, kpis: typeof adminKpis): Promise<void> {
    for (const [cluster, figures] of await sidecar.figures()) {
      const edge = edgeBehind(sidecar, cluster)
      if (edge === undefined) continue
      for (const { statistic, kpi, reason } of kpis) {
        const book = this.#books.get(kpi) ?? new Map<string, number>()
        const key = reason ? `${edge} ${reason}` : edge
        this.#books.set(kpi, book.set(key, (book.get(key) ?? 0) + sign * (figures.get(statistic) ?? 0)))
      }
    }
  }
}

function edgeBehind({ pod }: Sidecar, cluster: string): string | undefined {
  const destination = podNames.find((name) => cluster.startsWith(clusterName(name)))
  if (!destination || cluster.endsWith('.external')) return undefined
  return cluster.endsWith('|local') ? `→${destination}` : edgeKey(pod.name, destination)
}

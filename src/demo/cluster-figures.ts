import { Histogram } from './histogram.ts'
import type { Random } from './random.ts'

/** The counters of an Envoy cluster that move in this mesh, under Envoy's own names. */
export const counterNames = [
  'upstream_cx_connect_fail',
  'upstream_cx_connect_timeout',
  'upstream_cx_destroy',
  'upstream_cx_destroy_local',
  'upstream_cx_destroy_local_with_active_rq',
  'upstream_cx_destroy_remote',
  'upstream_cx_destroy_remote_with_active_rq',
  'upstream_cx_idle_timeout',
  'upstream_cx_rx_bytes_total',
  'upstream_cx_total',
  'upstream_cx_tx_bytes_total',
  'upstream_rq_pending_failure_eject',
  'upstream_rq_pending_overflow',
  'upstream_rq_rx_reset',
  'upstream_rq_timeout',
  'upstream_rq_total',
  'upstream_rq_tx_reset',
] as const

export type Counter = (typeof counterNames)[number]

/** What one sidecar knows about one of its clusters. */
export class ClusterFigures {
  readonly name: string
  /** Envoy counts answers a second time by where the request came from; the mesh's own are `internal`. */
  readonly origin: 'external' | 'internal'
  readonly codes = new Map<string, number>()
  readonly timesMs = new Histogram()
  readonly #counters = new Map<Counter, number>()
  #active = 0

  constructor(name: string, origin: ClusterFigures['origin'] = 'external') {
    this.name = name
    this.origin = origin
  }

  value(counter: Counter): number {
    return this.#counters.get(counter) ?? 0
  }

  /** Connections open now. */
  get active(): number {
    return this.#active
  }

  count(counter: Counter, by = 1): void {
    this.#counters.set(counter, this.value(counter) + by)
  }

  answered(code: string): void {
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1)
  }

  sent(bytes: number): void {
    this.count('upstream_cx_tx_bytes_total', bytes)
  }

  received(bytes: number): void {
    this.count('upstream_cx_rx_bytes_total', bytes)
  }

  open(): void {
    this.count('upstream_cx_total')
    this.#active++
  }

  close(by: 'local' | 'remote'): void {
    if (this.#active === 0) return
    this.count('upstream_cx_destroy')
    this.count(`upstream_cx_destroy_${by}`)
    this.#active--
  }

  /** A connection was tried and did not come about: Envoy counts it as opened all the same. */
  failToOpen(why: 'refused' | 'unanswered'): void {
    this.count('upstream_cx_total')
    this.count('upstream_cx_connect_fail')
    if (why === 'unanswered') this.count('upstream_cx_connect_timeout')
  }

  /** Keep-alive as sidecars do it: the first request opens a connection, now and then one more is needed. */
  connectForRequest(random: Random): void {
    if (this.#active === 0 || (this.#active < 4 && random.chance(0.01))) this.open()
  }

  closeIdle(): void {
    if (this.#active < 2) return
    this.count('upstream_cx_idle_timeout')
    this.close('local')
  }
}

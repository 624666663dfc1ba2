/** Where requests go and how they end; `dest code` names one counter. */
export const destinations = ['bookstore/bookstore|14001', 'bank/vault|80'] as const
export const codes = [200, 404, 503] as const
export type Destination = (typeof destinations)[number]

/**
 * A sidecar with known truth. It prints a code's counter once it has counted, as Envoy does, and the connections of a destination always.
 */
export class SimulatedPod {
  readonly name: string
  /** Discovery saw it appear. */
  readonly born: boolean
  /** The page tells of restarts, and discovery is late with the container id; otherwise the id alone tells. */
  readonly #tellsByPage: boolean
  #counted: ReadonlyMap<string, number>
  #active = 0
  #restarts = 0
  #process = 0
  /** When its process began, on the clock of the test; it ran long before the test did. */
  #beganMs = -1e9
  #isReversed = false
  #hidden: Destination | undefined
  app = 'app'

  constructor(name: string, options: { readonly born: boolean; readonly tellsByPage: boolean }) {
    this.name = name
    this.born = options.born
    this.#tellsByPage = options.tellsByPage
    const past = options.born ? [] : destinations.flatMap((to) => codes.slice(0, 2).map((code) => [`${to} ${code}`, 1000 + code] as const))
    this.#counted = new Map(past)
  }

  request(to: Destination, code: number, count: number): void {
    const key = `${to} ${code}`
    this.#counted = new Map([...this.#counted, [key, (this.#counted.get(key) ?? 0) + count]])
    this.#active = count % 4
  }

  restart(nowMs: number): void {
    this.#beganMs = nowMs
    this.#counted = new Map()
    this.#active = 0
    this.#restarts++
  }

  /** The sidecar makes one cluster anew: only what it counted there is lost. */
  makeAnew(to: Destination): void {
    this.#counted = new Map([...this.#counted].filter(([key]) => !key.startsWith(to)))
  }

  /** The page tells the same in another order. */
  reorder(): void {
    this.#isReversed = !this.#isReversed
  }

  /** The page leaves a destination out until it is shown again. */
  hide(to: Destination | undefined): void {
    this.#hidden = to
  }

  /** What the pod has open, as far as its page shows it. */
  get active(): number {
    return destinations.filter((to) => to !== this.#hidden).length * this.#active
  }

  /** The container id that discovery knows: after a restart that the page tells, it comes one page late. */
  get process(): string {
    return `container-${this.#tellsByPage ? this.#process : this.#restarts}`
  }

  read(nowMs: number): string {
    const shown = destinations.filter((to) => to !== this.#hidden)
    const uptime = this.#tellsByPage
      ? [`# TYPE envoy_server_uptime gauge\nenvoy_server_uptime{} ${Math.floor((nowMs - this.#beganMs) / 1e3)}`]
      : []
    const blocks = [
      ...uptime,
      ['# TYPE envoy_cluster_upstream_rq counter', ...shown.flatMap((to) => this.#requests(to))].join('\n'),
      ['# TYPE envoy_cluster_upstream_cx_total counter', ...shown.map((to) => line('cx_total', to, this.#total(to)))].join('\n'),
      ['# TYPE envoy_cluster_upstream_cx_active gauge', ...shown.map((to) => line('cx_active', to, this.#active))].join('\n'),
    ]
    return (this.#isReversed ? blocks.toReversed() : blocks).join('\n')
  }

  /** Discovery catches up. */
  noticed(): void {
    this.#process = this.#restarts
  }

  #requests(to: Destination): string[] {
    return codes.flatMap((code) => {
      const count = this.#counted.get(`${to} ${code}`)
      return count === undefined ? [] : [`envoy_cluster_upstream_rq{envoy_response_code="${code}",envoy_cluster_name="${to}"} ${count}`]
    })
  }

  #total(to: Destination): number {
    return codes.reduce((sum, code) => sum + (this.#counted.get(`${to} ${code}`) ?? 0), 0)
  }
}

const line = (statistic: string, to: Destination, value: number) =>
  `envoy_cluster_upstream_${statistic}{envoy_cluster_name="${to}"} ${value}`

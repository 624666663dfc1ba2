import { randomOf } from './made-up-mesh.ts'
import { RowTable } from './row-table.ts'

const secondMs = 1_000
/** When rows are made, in each minute, seconds. Pages are read in the half minute before, and in the other half too. */
const roundSecond = 55
const routes = ['bookstore/bookstore|14001', 'bank/vault|80', 'bank/vault|80|local'] as const
const codes = ['200', '404', '503'] as const
const bounds = ['10', '500', '+Inf'] as const

interface Workload {
  readonly name: string
  /** `''`: nobody owns its pods. */
  readonly kind: 'ReplicaSet' | 'StatefulSet' | ''
}

const workloads: readonly Workload[] = [
  { name: 'buyer', kind: 'ReplicaSet' },
  { name: 'seller', kind: 'ReplicaSet' },
  { name: 'store', kind: 'StatefulSet' },
  { name: 'lone', kind: '' },
]

interface Pod {
  readonly id: string
  readonly name: string
  readonly of: Workload
  readonly readSecond: number
  process: number
  open: number
  /** As it was read last. */
  readOpen: number
  /** Minutes until it answers again. */
  silent: number
  /** By series, as it is printed. */
  counted: Map<string, number>
}

/**
 * A mesh and the rows of two collectors over the same pages, one full, one compact: pods of several workloads come, go, restart and fall silent, sets are
 * scaled to nothing and back, collectors restart or are away for minutes in which pods are replaced, and for more than an hour nothing happens at all.
 */
export class ShiftingMesh {
  readonly full = new RowTable('full')
  readonly compact = new RowTable('compact', this.full.mesh)
  /** When one or the other cannot say when something happened: nobody read it. */
  readonly unread: { readonly fromMs: number; readonly toMs: number }[] = []
  readonly rounds: number[] = []
  /** By route: connections that were open at each round, as they were read. */
  readonly open: ReadonlyMap<string, number>[] = []
  readonly #random: (below: number) => number
  #pods: Pod[] = []
  /** Pods that went while no collector ran. */
  #vanished: Pod['id'][] = []
  #made = 0
  #readMs = 0

  constructor(seed: number) {
    this.#random = randomOf(seed)
    for (const workload of workloads) for (let n = workload.kind === '' ? 1 : 3; n > 0; n--) this.#add(workload)
  }

  run(minutes: number, { isIdle = false } = {}): this {
    for (let minute = 0; minute < minutes; minute++) {
      for (let second = 0; second < 60; second += 5) this.#step(second, isIdle)
      for (const pod of this.#pods) pod.silent = Math.max(0, pod.silent - 1)
      if (!isIdle && this.#random(25) === 0) this.#collectorRestarts()
    }
    return this
  }

  #step(second: number, isIdle: boolean): void {
    if (!isIdle) for (const pod of this.#pods) this.#traffic(pod)
    this.#read(second)
    if (!isIdle && second === 10) this.#churn()
    if (second % 10 === 0) this.#commit()
    if (second === roundSecond) this.#round()
    this.#pass(5 * secondMs)
  }

  #pass(ms: number): void {
    this.full.mesh.advance(ms)
  }

  get #wallMs(): number {
    return this.full.mesh.clock.wallMs()
  }

  #round(): void {
    this.#commit()
    this.full.round()
    this.compact.round()
    this.rounds.push(this.#wallMs)
    const sums = new Map<string, number>()
    for (const { of, readOpen } of this.#pods.filter((pod) => pod.silent === 0 && pod.readOpen > 0)) {
      const route = `shop ${of.name} > ${routes[0]}`
      sums.set(route, (sums.get(route) ?? 0) + readOpen)
    }
    this.open.push(sums)
    const isAllRead = this.#pods.every(({ silent }) => silent === 0)
    if (!isAllRead) this.unread.push({ fromMs: this.#readMs, toMs: this.#wallMs + 120 * secondMs })
    else this.#readMs = this.#wallMs
  }

  #commit(): void {
    const checkpoint = this.full.mesh.checkpoint()
    this.full.commit(checkpoint)
    this.compact.commit(checkpoint)
  }

  #collectorRestarts(): void {
    this.#commit()
    const fromMs = this.rounds.at(-1) ?? 0
    for (let away = this.#random(3) === 0 ? this.#random(8) : 0; away > 0; away--) {
      for (const pod of this.#pods) this.#traffic(pod)
      if (this.#random(2) === 0) this.#replace({ isWatched: false })
      this.#pass(60 * secondMs)
    }
    const mesh = this.full.mesh.restarted()
    this.full.goOnWith(mesh)
    this.compact.goOnWith(mesh)
    this.unread.push({ fromMs, toMs: this.#wallMs + 60 * secondMs })
    for (const id of this.#vanished) this.#gone(id)
    this.#vanished = []
  }

  #churn(): void {
    const pod = this.#pods[this.#random(this.#pods.length)]
    switch (this.#random(12)) {
      case 0:
        if (!pod) return
        pod.process++
        return pod.counted.clear()
      case 1:
      case 2:
        return this.#replace({ isWatched: true })
      case 3:
        if (!pod) return
        pod.silent = 1 + this.#random(5)
        return void this.full.mesh.silent(pod.id)
      case 4: {
        const workload = workloads[this.#random(workloads.length)] as Workload
        const its = this.#pods.filter(({ of }) => of === workload)
        if (its.length === 0) for (let n = workload.kind === '' ? 1 : 1 + this.#random(3); n > 0; n--) this.#add(workload)
        else for (const one of its) this.#leave(one)
        return
      }
      case 5:
        return this.#add(workloads[this.#random(2)] as Workload)
    }
  }

  #replace({ isWatched }: { readonly isWatched: boolean }): void {
    const pod = this.#pods[this.#random(this.#pods.length)]
    if (!pod || pod.silent > 0) return
    if (isWatched) this.#leave(pod)
    else {
      this.#pods = this.#pods.filter((other) => other !== pod)
      this.#vanished.push(pod.id)
    }
    this.#add(pod.of, pod.of.kind === 'ReplicaSet' ? undefined : pod.name)
  }

  #leave(pod: Pod): void {
    if (pod.silent === 0 && this.#random(2) === 0) this.#scrape(pod)
    this.#pods = this.#pods.filter((other) => other !== pod)
    this.#gone(pod.id)
  }

  #gone(id: string): void {
    this.full.gone(id)
    this.compact.rows.forget(id)
  }

  #add(of: Workload, name?: string): void {
    const n = this.#made++
    const taken = new Set(this.#pods.map((pod) => pod.name))
    const free = ['0', '1', '2', '3'].map((ordinal) => `${of.name}-${ordinal}`).find((one) => !taken.has(one))
    const called = name ?? (of.kind === 'StatefulSet' ? free : of.kind === '' ? of.name : undefined) ?? `${of.name}-7d-${n}`
    const rest = { process: 0, silent: 0, counted: new Map<string, number>(), open: 0, readOpen: 0 }
    this.#pods.push({ id: `uid-${n}`, name: called, of, readSecond: 5 * this.#random(5), ...rest })
  }

  #traffic(pod: Pod): void {
    const add = (key: string, by = 1) => pod.counted.set(key, (pod.counted.get(key) ?? 0) + by)
    if (this.#random(4) > 0) return
    pod.open = this.#random(5)
    const to = `envoy_cluster_name="${routes[this.#random(this.#random(20) === 0 ? 3 : 2)]}"`
    const code = codes[Math.max(0, this.#random(12) - 9)] ?? ''
    const slow = this.#random(3)
    add(`envoy_cluster_upstream_cx_total{${to}}`)
    add(`envoy_cluster_upstream_cx_connect_fail{${to}}`, code === '503' ? 1 : 0)
    add(`envoy_cluster_upstream_cx_tx_bytes_total{${to}}`, this.#random(1000))
    add(`envoy_cluster_upstream_rq_total{${to}}`)
    add(`envoy_cluster_upstream_rq{${to},envoy_response_code="${code}"}`)
    add(`envoy_cluster_upstream_rq_xx{${to},envoy_response_code_class="${code.slice(0, 1)}"}`)
    for (const [i, le] of bounds.entries()) add(`envoy_cluster_upstream_rq_time_bucket{${to},le="${le}"}`, i >= slow ? 1 : 0)
  }

  #read(second: number): void {
    for (const pod of this.#pods) if (pod.silent === 0 && second % 30 === pod.readSecond) this.#scrape(pod)
  }

  #scrape(pod: Pod): void {
    const { id, name, of, process } = pod
    pod.readOpen = pod.open
    const controller = { kind: of.kind, name: of.kind === 'ReplicaSet' ? `${of.name}-7d` : of.kind && of.name }
    this.full.mesh.scrape(id, pageOf(pod), { process: `${id}-${process}`, pod: { name, namespace: 'shop', app: of.name, controller } })
  }
}

function pageOf({ counted, open }: Pod): string {
  const idle = routes
    .slice(0, 2)
    .flatMap((to) => [
      `envoy_cluster_upstream_cx_total{envoy_cluster_name="${to}"}`,
      `envoy_cluster_upstream_rq_total{envoy_cluster_name="${to}"}`,
    ])
  const all = new Map([
    ...idle.map((key) => [key, 0] as const),
    ...counted,
    [`envoy_cluster_upstream_cx_active{envoy_cluster_name="${routes[0]}"}`, open],
  ])
  return [...Map.groupBy(all, ([key]) => key.slice(0, key.indexOf('{')))]
    .flatMap(([name, series]) => {
      const type = name.endsWith('_active') ? 'gauge' : name.endsWith('_bucket') ? 'histogram' : 'counter'
      return [`# TYPE ${name.replace(/_bucket$/, '')} ${type}`, ...series.map(([key, val]) => `${key} ${val}`)]
    })
    .join('\n')
}

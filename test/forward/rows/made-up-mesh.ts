import { boundText } from '../../../src/forward/rows/bound.ts'
import type { RowsOptions } from '../../../src/forward/rows/options.ts'
import type { Range } from './workbook.ts'
import { clusterId, RowTable, type TableRow } from './row-table.ts'

/** Random numbers that are the same for the same seed. Source: the public domain generator mulberry32. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let word = Math.imul(state ^ (state >>> 15), 1 | state)
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word
    return Math.floor((((word ^ (word >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const minuteMs = 60_000
const scrapeMs = 20_000
const routes = ['bookstore/bookstore|14001', 'bank/vault|80'] as const
const bounds = [10, 500, 1_800_000, Infinity]
const codes = ['200', '404', '500', '503'] as const

interface Request {
  readonly atMs: number
  readonly app: string
  readonly to: string
  readonly code: string
  readonly ms: number
}

interface Pod {
  readonly id: string
  readonly name: string
  readonly app: string
  readonly kind: 'ReplicaSet' | 'StatefulSet'
  process: number
  isSilent: boolean
  counted: Request[]
}

/**
 * A mesh with known truth, and what a collector and Azure's agent would write of it. Of each five minutes the first and the last are quiet, so that what
 * happened between two such moments is exactly what is between two rows. Pods and the collector restart, come and go, also under the same name.
 */
export class MadeUpMesh {
  readonly table: RowTable
  /** What Azure's agent would have written. */
  readonly agentRows: TableRow[] = []
  /** Who writes now. */
  writers: readonly ('agent' | 'ours')[] = ['agent', 'ours']
  readonly #isCalm: boolean
  readonly #random: (below: number) => number
  readonly #requests: Request[] = []
  readonly #pods: Pod[] = []
  #made = 0

  /** @param options.isCalm nobody restarts, comes or goes, and everybody has seen every code before it begins: what the agent writes is true then, too */
  constructor(
    seed: number,
    { isCalm = false, fidelity = 'full' }: { readonly isCalm?: boolean; readonly fidelity?: RowsOptions['fidelity'] } = {},
  ) {
    this.table = new RowTable(fidelity)
    this.#random = randomOf(seed)
    this.#isCalm = isCalm
    for (const app of ['bookbuyer', 'bookthief'])
      for (const kind of ['ReplicaSet', 'StatefulSet', 'ReplicaSet'] as const) this.#add(app, kind)
  }

  run(minutes: number): this {
    for (let minute = 0; minute < minutes; minute++) {
      const isQuiet = minute % 5 === 0 || minute % 5 === 4
      for (let second = 0; second < 60; second += scrapeMs / 1e3) {
        if (!isQuiet) this.#pods.forEach((pod) => this.#traffic(pod))
        this.#readAll({ isQuiet })
        if (!isQuiet && second === 0 && !this.#isCalm) this.#churn()
        if (this.writers.includes('ours')) this.table.commit()
      }
      if (this.writers.includes('ours')) this.table.round()
      if (this.writers.includes('agent')) this.#agentReads()
    }
    return this
  }

  /** Who did not answer does so again when it gets quiet. */
  #readAll({ isQuiet }: { readonly isQuiet: boolean }): void {
    this.table.mesh.advance(scrapeMs)
    if (!this.writers.includes('ours')) return
    for (const pod of this.#pods) {
      pod.isSilent &&= !isQuiet
      if (!pod.isSilent) this.#scrape(pod)
    }
  }

  /** What truly happened, in the words of the workbook's grids; `undefined` for requests that are not asked for. */
  truth({ fromMs, toMs }: Range, words: (request: Request) => string | undefined): Map<string, number> {
    const sums = new Map<string, number>()
    for (const request of this.#requests.filter(({ atMs }) => atMs > fromMs && atMs <= toMs)) {
      const word = words(request)
      if (word !== undefined) sums.set(word, (sums.get(word) ?? 0) + 1)
    }
    return sums
  }

  #traffic(pod: Pod): void {
    for (let n = this.#random(4); n > 0; n--) {
      const [to, code] = [routes[this.#random(2)] ?? '', codes[Math.max(0, this.#random(12) - 8)] ?? '']
      const request = { atMs: this.table.mesh.clock.wallMs(), app: pod.app, to, code, ms: [4, 90, 2_000, 9_000_000][this.#random(4)] ?? 0 }
      pod.counted.push(request)
      this.#requests.push(request)
    }
  }

  #churn(): void {
    const index = this.#random(this.#pods.length)
    const pod = this.#pods[index] as Pod
    if (pod.isSilent) return
    switch (this.#random(8)) {
      case 0: // its container restarts
        pod.process++
        pod.counted = []
        return
      case 1: // it goes, and another one comes
        this.table.gone(pod.id)
        this.#pods.splice(index, 1)
        return this.#add(pod.app, pod.kind, pod)
      case 2: // it does not answer for a while
        pod.isSilent = true
        return void this.table.mesh.silent(pod.id)
      case 3:
        return void this.table.restart()
    }
  }

  #add(app: string, kind: Pod['kind'], before?: Pod): void {
    const n = this.#made++
    const name = kind === 'StatefulSet' && before ? before.name : `${app}-${n}`
    const atMs = this.table.mesh.clock.wallMs()
    const counted = this.#isCalm ? routes.flatMap((to) => codes.map((code) => ({ atMs, app, to, code, ms: 4 }))) : []
    this.#pods.push({ id: `uid-${n}`, name, app, kind, process: 0, isSilent: false, counted })
  }

  #scrape(pod: Pod): void {
    const { id, name, app, kind, process } = pod
    this.table.mesh.scrape(id, pageOf(pod), {
      process: `${id}-${process}`,
      bornWatched: !this.#isCalm,
      pod: { name, namespace: app, app, controller: { kind, name: `${app}-7d` } },
    })
  }

  /**
   * As they are printed: a restart is a fall, and a series begins with what it was born with. Tags: labels and annotations of the pod, and what Telegraf adds.
   * Source: microsoft/Docker-Provider, source/plugins/go/src/oms.go; influxdata/telegraf, plugins/inputs/prometheus/kubernetes.go.
   */
  #agentReads(): void {
    for (const pod of this.#pods)
      for (const [, name = '', text = '', val] of pageOf(pod).matchAll(/^(envoy_\w+)\{(.*)\} (\d+)$/gm)) {
        const own = [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', value = '']) => [label, value] as const)
        const tags = {
          address: '10.244.1.17',
          ...Object.fromEntries(own.map(([label, value]) => [label, label === 'le' ? boundText(value) : value])),
          app: pod.app,
          'container.azm.ms/clusterId': clusterId.toUpperCase(),
          'container.azm.ms/clusterName': 'shop',
          hostName: 'node',
          namespace: pod.app,
          'osm-proxy-uuid': pod.id,
          pod_name: pod.name,
          'prometheus.io/scrape': 'true',
          scrapeUrl: 'http://10.244.1.17:15010/stats/prometheus',
        }
        const timeGeneratedMs = Math.floor(this.table.mesh.clock.wallMs() / 1e3) * 1e3
        this.agentRows.push({ timeGeneratedMs, computer: 'node', origin: 'container.azm.ms/telegraf', name, val: Number(val), tags })
      }
  }
}

function pageOf({ counted }: Pod): string {
  const count = (keep: (request: Request) => boolean) => counted.filter(keep).length
  const lines = routes.flatMap((to) => {
    const cluster = `envoy_cluster_name="${to}"`
    const of = counted.filter((request) => request.to === to)
    const used = codes.filter((code) => of.some((request) => request.code === code))
    const classes = [...new Set(used.map((code) => code.slice(0, 1)))]
    return [
      ...used.map(
        (code) =>
          `envoy_cluster_upstream_rq{envoy_response_code="${code}",${cluster}} ${count((one) => one.to === to && one.code === code)}`,
      ),
      ...classes.map(
        (each) =>
          `envoy_cluster_upstream_rq_xx{envoy_response_code_class="${each}",${cluster}} ${of.filter(({ code }) => code.startsWith(each)).length}`,
      ),
      `envoy_cluster_upstream_rq_total{${cluster}} ${of.length}`,
      `envoy_cluster_upstream_cx_total{${cluster}} ${of.length * 2}`,
      `envoy_cluster_upstream_cx_connect_fail{${cluster}} ${of.filter(({ code }) => code === '503').length}`,
      ...bounds.map(
        (le) =>
          `envoy_cluster_upstream_rq_time_bucket{le="${String(le).replace('Infinity', '+Inf')}",${cluster}} ${of.filter(({ ms }) => ms <= le).length}`,
      ),
      `envoy_cluster_upstream_cx_active{${cluster}} 1`,
    ]
  })
  const types = [...new Set(lines.map((line) => /^\w+/.exec(line)?.[0] ?? ''))]
  return types
    .flatMap((name) => {
      const type = name.endsWith('_active') ? 'gauge' : name.endsWith('_bucket') ? 'histogram' : 'counter'
      return [`# TYPE ${name.replace(/_bucket$/, '')} ${type}`, ...lines.filter((line) => line.startsWith(`${name}{`))]
    })
    .join('\n')
}

/** A random range of half an hour or more, between moments at which nothing happens. */
export function rangeOf(
  random: (below: number) => number,
  { startMs, minutes }: { readonly startMs: number; readonly minutes: number },
): Range {
  const steps = minutes / 5
  const from = random(steps - 6)
  const to = from + 6 + random(steps - from - 6 + 1)
  return { fromMs: startMs + from * 5 * minuteMs, toMs: startMs + to * 5 * minuteMs }
}

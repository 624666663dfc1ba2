import type { Committed } from '../../src/model/cell.ts'
import type { Sheet } from '../../src/model/sheet.ts'
import { Mesh } from '../support/mesh.ts'
import { type Destination, SimulatedPod } from './simulated-pod.ts'

/** What can happen to a pod, or be done to it. */
export type Step =
  | { readonly kind: 'request'; readonly pod: number; readonly to: Destination; readonly code: number; readonly count: number }
  | { readonly kind: 'makeAnew' | 'hide'; readonly pod: number; readonly to: Destination }
  | { readonly kind: 'scrape' | 'restart' | 'silence' | 'reorder' | 'show' | 'relabel' | 'replace'; readonly pod: number }

/** What truly happened since each pod was watched, beside what is counted. */
export class Watched {
  readonly mesh = new Mesh()
  readonly truth = new Map<string, number>()
  /** What the sheets of pods that left said last. */
  readonly departed = new Map<string, number>()
  readonly #active = new Map<string, number>()
  readonly #pods: SimulatedPod[]
  #names = 0
  #sums: Float64Array = new Float64Array(0)

  constructor(kinds: readonly Kind[]) {
    this.#pods = kinds.map((kind) => this.#appear(kind))
  }

  run(step: Step): void {
    const pod = this.#pods[step.pod] as SimulatedPod
    this.mesh.advance(1000)
    switch (step.kind) {
      case 'request':
        pod.request(step.to, step.code, step.count)
        return add(this.truth, `${step.to} ${step.code}`, step.count)
      case 'scrape':
        return this.scrape(pod)
      case 'silence':
        this.#active.set(pod.name, 0)
        return void this.mesh.silent(pod.name)
      case 'restart': // after a quiet hour: what nobody can have read, or tell by the uptime, is not what this is about
        this.mesh.advance(3_600_000)
        this.#readWhole(pod)
        return pod.restart(this.mesh.clock.monotonicMs())
      case 'makeAnew':
        this.#readWhole(pod)
        pod.makeAnew(step.to)
        return this.scrape(pod)
      case 'replace':
        return this.#replace(step.pod)
      case 'relabel':
        pod.app = pod.app === 'app' ? 'other' : 'app'
        return
      case 'reorder':
        return pod.reorder()
      case 'hide':
        return pod.hide(step.to)
      case 'show':
        return pod.hide(undefined)
    }
  }

  scrape(pod: SimulatedPod): void {
    this.mesh.scrape(pod.name, pod.read(this.mesh.clock.monotonicMs()), {
      bornWatched: pod.born,
      process: pod.process,
      pod: { app: pod.app },
    })
    pod.noticed()
    this.#active.set(pod.name, pod.active)
  }

  /** Reads every pod's whole page, so that all that happened is told. */
  finish(): void {
    for (const pod of this.#pods) this.#readWhole(pod)
  }

  /** What must hold at every moment and does not, in words. */
  wrong(): string[] {
    const { committed } = this.mesh.checkpoint()
    const fallen = committed.cells.filter(
      ({ kpi, index }) => kpi.type !== 'gauge' && (committed.sums[index] ?? 0) < (this.#sums[index] ?? 0),
    )
    this.#sums = committed.sums
    const open = [...this.#active.values()].reduce((a, b) => a + b, 0)
    const shown = sumOf(committed, 'mesh_connections_active')
    return [
      ...fallen.map(({ kpi, index }) => `the sum ${index} of ${kpi.name} fell`),
      ...(shown === open ? [] : [`${shown} connections instead of ${open}`]),
    ]
  }

  #readWhole(pod: SimulatedPod): void {
    pod.hide(undefined)
    this.scrape(pod)
  }

  #replace(index: number): void {
    const pod = this.#pods[index] as SimulatedPod
    this.#readWhole(pod)
    const sheet = this.mesh.checkpoint().sheets.find(({ target }) => target.id === pod.name)
    for (const [key, total] of totalsOf(sheet as Sheet)) add(this.departed, key, total)
    this.mesh.gone(pod.name)
    this.#active.delete(pod.name)
    this.#pods[index] = this.#appear({ born: true, tellsByPage: index % 2 === 0 })
  }

  #appear(kind: Kind): SimulatedPod {
    const pod = new SimulatedPod(`pod-${this.#names++}`, kind)
    if (!kind.born) this.scrape(pod)
    return pod
  }
}

type Kind = ConstructorParameters<typeof SimulatedPod>[1]

export const add = (sums: Map<string, number>, key: string, by: number): void => void sums.set(key, (sums.get(key) ?? 0) + by)
const sumOf = ({ cells, sums }: Committed, kpi: string) =>
  cells.reduce((sum, cell) => sum + (cell.kpi.name === kpi ? (sums[cell.index] as number) : 0), 0)

/** Requests by `destination code` as the cells have them, over all callers. */
export function countedBy({ cells, sums }: Committed): Map<string, number> {
  const counted = new Map<string, number>()
  for (const { kpi, edge, labels, index } of cells) {
    const { destination_namespace: namespace, destination_service: service, destination_port: port } = edge.labels
    const sum = sums[index] as number
    if (kpi.name === 'mesh_requests_total' && sum > 0) add(counted, `${namespace}/${service}|${port} ${labels.response_code}`, sum)
  }
  return counted
}

/** The same as one sheet's column has it. */
export function totalsOf({ names, totals }: Sheet): [string, number][] {
  return names.series.flatMap((series, column) => {
    if (series?.name !== 'envoy_cluster_upstream_rq') return []
    return [[`${series.labels.envoy_cluster_name} ${series.labels.envoy_response_code}`, totals[column] as number] as [string, number]]
  })
}

import type { ClusterNode, ContainerSample, NodeHealth, NodeSample } from '../model/container-use.ts'
import type { Discovered } from '../model/discovered.ts'
import type { StatusAnswer } from '../model/figures.ts'
import { count } from './target-figures.ts'

type Name = ClusterNode['name']

const placeOf = (namespace: string, pod: string) => `${namespace}/${pod}`

/** What nodes last said of the containers of those who are scraped: passed on as it is, so it needs no commit and no past. */
export class ContainerUse {
  readonly #from: 'kubelet' | 'apiserver' | undefined
  /** By namespace and name of the pod, the node on which it runs, where that is known. */
  #pods: ReadonlyMap<string, Name | undefined> = new Map()
  readonly #samples = new Map<Name, readonly ContainerSample[]>()
  readonly #health = new Map<Name, NodeHealth>()

  /** @param from whom it is heard from; `undefined` where nobody is asked */
  constructor(from?: 'kubelet' | 'apiserver') {
    this.#from = from
  }

  discovered({ targets }: Pick<Discovered, 'targets'>): void {
    this.#pods = new Map(targets.flatMap(({ pod, node }) => (pod ? [[placeOf(pod.namespace, pod.name), node] as const] : [])))
  }

  /** Whether a node speaks of a pod that is scraped and runs there: after a move the node before tells of it for a while. */
  means(node: Name, namespace: string, pod: string): boolean {
    const place = placeOf(namespace, pod)
    return this.#pods.has(place) && (this.#pods.get(place) ?? node) === node
  }

  take(node: Name, samples: readonly ContainerSample[]): void {
    this.#samples.set(node, samples)
  }

  /** What a node said that does not answer any more is not shown. */
  health(node: Name, health: NodeHealth | undefined): void {
    if (health) this.#health.set(node, health)
    else this.#health.delete(node)
    if (!health || health.state === 'stale') this.#samples.delete(node)
  }

  /** What is shown, in the order of nodes and of their pages. Whoever is not scraped any more is left out at once. */
  get samples(): readonly NodeSample[] {
    const names = [...this.#samples.keys()].sort()
    return names.flatMap((node) => {
      const told = this.#samples.get(node) ?? []
      return told.flatMap((sample) => (this.means(node, sample.namespace, sample.pod) ? [{ ...sample, node }] : []))
    })
  }

  get figures(): StatusAnswer['containers'] {
    if (this.#from === undefined) return null
    const health = [...this.#health].sort(([a], [b]) => (a < b ? -1 : 1))
    const troubles = health.flatMap(([node, { error }]) => (error ? [{ node, error }] : []))
    const byCode = [...Map.groupBy(troubles, ({ error }) => error.code).values()]
    return {
      from: this.#from,
      nodes: count(health.map(([, { state }]) => state)),
      samples: this.samples.length,
      problems: byCode.flatMap(([first, ...others]) =>
        first ? [{ ...first.error, nodes: [first, ...others].map(({ node }) => node) }] : [],
      ),
    }
  }
}

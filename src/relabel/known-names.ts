import type { PodIdentity } from '../model/target.ts'
import { statsWorkload } from '../model/workload.ts'

/** A name as Envoy writes it inside a statistic's name: there `-`, `.` and whatever else is no letter or digit becomes `_`. */
export const formOf = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, '_')

/** The real names of namespaces, workloads and pods by their forms; those of pods that left are remembered, the longest gone are forgotten first. */
export class KnownNames {
  readonly #limit: number
  readonly #present = new Map<string, PodIdentity>()
  readonly #departed = new Map<string, PodIdentity>()
  /** By scope and form: the real names, and how many pods vouch for each. */
  readonly #names = new Map<string, Map<string, number>>()
  #generation = 0

  /** @param limit how many pods that left are remembered at most */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Grows when an answer may be another than before. */
  get generation(): number {
    return this.#generation
  }

  /** Takes pods for ones that were here and left. */
  recall(pods: readonly PodIdentity[]): void {
    this.know(pods)
    this.know([])
  }

  /**
   * Takes all pods that there are.
   *
   * @returns who became known by that, and who is forgotten, by an identity of their own
   */
  know(pods: readonly PodIdentity[]): ReadonlyMap<string, PodIdentity | undefined> {
    const changes = new Map<string, PodIdentity | undefined>()
    const now = new Map(pods.map((pod) => [identityOf(pod), pod]))
    for (const [identity, pod] of this.#present) {
      if (now.has(identity)) continue
      this.#present.delete(identity)
      this.#departed.set(identity, pod)
    }
    for (const [identity, pod] of now) {
      if (this.#present.has(identity)) continue
      this.#present.set(identity, pod)
      if (this.#departed.delete(identity)) continue
      this.#count(pod, 1)
      changes.set(identity, pod)
    }
    for (const [identity, pod] of this.#departed) {
      if (this.#departed.size <= this.#limit) break
      this.#departed.delete(identity)
      this.#count(pod, -1)
      changes.set(identity, undefined)
    }
    return changes
  }

  /** The namespace's real name; `undefined` where no pod or more than one name answers to the form. The same holds for the others. */
  namespace(form: string): string | undefined {
    return this.#find('', form)
  }

  workload(namespace: string, kind: string, form: string): string | undefined {
    return this.#find(workloadScope(namespace, kind), form)
  }

  pod(namespace: string, form: string): string | undefined {
    return this.#find(namespace, form)
  }

  #find(scope: string, form: string): string | undefined {
    if (!form.includes('_')) return form // only one name has this form, whether we know it or not
    const names = this.#names.get(keyOf(scope, form))
    return names?.size === 1 ? names.keys().next().value : undefined
  }

  #count(pod: PodIdentity, by: 1 | -1): void {
    const workload = statsWorkload(pod)
    this.#vouch('', pod.namespace, by)
    this.#vouch(pod.namespace, pod.name, by)
    if (workload) this.#vouch(workloadScope(pod.namespace, workload.kind), workload.name, by)
  }

  #vouch(scope: string, name: string, by: 1 | -1): void {
    const form = formOf(name)
    if (form === name) return
    const key = keyOf(scope, form)
    const names = this.#names.get(key) ?? new Map<string, number>()
    const count = (names.get(name) ?? 0) + by
    if (count === by || count === 0) this.#generation++ // a name came or went
    if (count > 0) names.set(name, count)
    else names.delete(name)
    if (names.size > 0) this.#names.set(key, names)
    else this.#names.delete(key)
  }
}

const identityOf = ({ namespace, name, controller }: PodIdentity): string => `${namespace}/${name}/${controller?.kind}/${controller?.name}`
const workloadScope = (namespace: string, kind: string): string => `${namespace}/${kind}`
const keyOf = (scope: string, form: string): string => `${scope} ${form}`

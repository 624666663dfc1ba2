import type { ClusterNode } from '../../model/container-use.ts'
import type { Hearing, InputProblem, MeshConfig } from '../../model/discovered.ts'
import type { Problem } from '../../runtime/problem.ts'
import type { Monitored } from '../configmap.ts'
import type { DiscoverSettings } from '../discover.ts'
import { findMesh, usualNamespaces } from '../mesh.ts'
import { nameNamespaces } from '../naming.ts'
import type { ConfigMap, Namespace, Objects, Pod } from '../objects.ts'
import { asInputProblem } from '../problems.ts'
import type { ClusterApi } from './cluster-api.ts'
import { agentProblem, bothRefused, lossProblems, refusalsOf } from './complaints.ts'
import { type Followed, FollowedSet } from './followed.ts'
import { polled } from './polled.ts'
import { Reflector, type ReflectorOptions } from './reflector.ts'
import { configMaps, daemonSets, meshConfigs, namespaces, nodes, onlyNamed, paths, pods, type Resource } from './resources.ts'

export interface ViewOptions extends Pick<ReflectorOptions<unknown>, 'clock' | 'random' | 'changed'> {
  readonly api: Pick<ClusterApi, 'get' | 'list' | 'watch'>
  readonly settings: DiscoverSettings
  /** Whether nodes are followed, too. */
  readonly withNodes?: boolean
  /** One of the watches was heard, or begun anew. */
  readonly told: (what: 'heard' | 'restarted', resource: string) => void
}

/** Azure's agent for logs, and the ConfigMap that it follows. Source: microsoft/Docker-Provider, kubernetes/ama-logs.yaml. */
const agent = { namespace: 'kube-system', name: 'ama-logs', follows: 'kube-system/container-azm-ms-osmconfig' }

const meshConfigName = 'osm-mesh-config'

/**
 * What is known of a cluster, kept up to date: namespaces, pods and the ConfigMap; where they exist also the mesh's own configuration and Azure's agent.
 * Where not all namespaces may be read, those that are named are, each by its own right, and those in which control planes usually are.
 */
export class ClusterView {
  readonly #options: ViewOptions
  readonly #namespaces: Followed<Namespace>
  readonly #pods: Followed<Pod>
  readonly #configMap: Followed<ConfigMap>
  readonly #agent: Followed
  readonly #nodes: Followed<ClusterNode> | undefined
  /** Only where not all may be read. */
  readonly #namespacesNamed: FollowedSet<Namespace>
  readonly #podsIn: FollowedSet<Pod>
  /** In the control plane's namespace: at most one. */
  readonly #meshConfigIn: FollowedSet<MeshConfig>
  #names: readonly string[] = []
  /** Namespaces whose pods were listed by themselves: what was known of them when all could be read is old. */
  readonly #relisted = new Set<string>()

  constructor(options: ViewOptions) {
    this.#options = options
    const { configMap: id } = options.settings
    this.#namespaces = this.#follow(namespaces, { paths: [paths.namespaces] })
    this.#pods = this.#follow(pods, { paths: [paths.pods] })
    this.#configMap = this.#follow(configMaps, { paths: [paths.configMapsIn(id.namespace)], namespace: id.namespace, only: id.name })
    this.#agent = this.#follow(daemonSets, {
      paths: [paths.daemonSetsIn(agent.namespace)],
      namespace: agent.namespace,
      only: agent.name,
      isOptional: true,
    })
    this.#nodes = options.withNodes ? this.#follow(nodes, { paths: [paths.nodes], isOptional: true }) : undefined
    this.#podsIn = new FollowedSet((namespace) => {
      const isOptional = !this.#names.includes(namespace)
      return this.#follow(pods, { paths: [paths.podsIn(namespace)], namespace, isOptional })
    })
    const api = polled(options.api, options.clock)
    this.#namespacesNamed = new FollowedSet((namespace) =>
      this.#follow(namespaces, { paths: [paths.namespace(namespace)], namespace, isOptional: true, api }),
    )
    this.#meshConfigIn = new FollowedSet((namespace) =>
      this.#follow(meshConfigs, { paths: paths.meshConfigsIn(namespace), namespace, only: meshConfigName, isOptional: true }),
    )
  }

  start(): void {
    for (const { reflector } of this.#all) reflector.start()
  }

  async close(): Promise<void> {
    const sets = [this.#podsIn, this.#namespacesNamed, this.#meshConfigIn]
    await Promise.all([...this.#all.map(({ reflector }) => reflector.close()), ...sets.map((set) => set.close())])
  }

  /**
   * Follows what the objects name by now, and no more what they do not.
   *
   * @param last what the ConfigMap said when it was good last
   */
  adapt(last: Monitored | undefined): void {
    const { mesh } = this.#options.settings
    const objects = this.objects()
    const home = findMesh(objects, mesh).namespace
    this.#meshConfigIn.want(home === undefined ? [] : [home])
    if (!isRefused(this.#pods) && !isRefused(this.#namespaces)) this.#names = []
    else this.#names = nameNamespaces(objects, this.#options.settings, last).names
    this.#noteRelisted()
    const homes = mesh.namespace === 'auto' ? usualNamespaces : [mesh.namespace]
    this.#podsIn.want(isRefused(this.#pods) ? [...this.#names, ...homes] : [])
    this.#namespacesNamed.want(isRefused(this.#namespaces) ? [...this.#names, ...this.#namespacesAskedAgain] : [])
  }

  /** Whether the first answers are still to come, with the reason where one is known. Without pods of any namespace there is no outcome. */
  get waiting(): false | { readonly obstacle: Problem | undefined } {
    const open = this.#all.filter(({ reflector: { isListed, state }, isOptional }) =>
      isOptional ? state === 'starting' && !isListed : !isListed && state !== 'refused',
    )
    if (open.length > 0) return { obstacle: open.map((one) => this.#problemOf(one)).find(Boolean) }
    if (!isRefused(this.#pods) || this.#pods.reflector.isListed) return false
    const isNobodyNamed = this.#names.length === 0 && this.#configMapHere !== undefined
    const seesSome = isNobodyNamed || this.#podsIn.all.some(({ reflector }) => reflector.isListed)
    return seesSome ? false : { obstacle: this.#problemOf(this.#pods) }
  }

  /** Nothing is heard any more: the server does not answer. */
  lose(problem: Problem): void {
    for (const { reflector } of this.#all) reflector.lose(problem)
  }

  /** All that is known now. */
  objects(): Objects {
    const meshConfig = this.#meshConfigIn.objects[0]
    const untold = this.#namespacesNamed.all.filter(({ reflector }) => !reflector.isListed)
    const configMap = this.#configMapHere
    return {
      namespaces: isRefused(this.#namespaces) ? this.#namespacesOfSome() : [...this.#namespaces.reflector.objects],
      pods: isRefused(this.#pods) ? this.#podsOfSome() : [...this.#pods.reflector.objects],
      configMaps: configMap ? [configMap] : [],
      ...(this.#nodes && { nodes: [...this.#nodes.reflector.objects] }),
      complete: (namespace) => (isRefused(this.#pods) ? this.#podsIn.of(namespace) : this.#pods.reflector)?.isCurrent ?? false,
      untold: new Set(untold.map(({ namespace = '' }) => namespace)),
      configMapUntold: isRefused(this.#configMap) && !configMap,
      ...(meshConfig && { meshConfig }),
      problems: this.#problems,
    }
  }

  get hearings(): readonly Hearing[] {
    return this.#all.map((one) => {
      const { state, lastHeardMs } = one.reflector
      const problem = this.#problemOf(one)
      return {
        resource: one.resource,
        ...(one.namespace !== undefined && { namespace: one.namespace }),
        state,
        ...(lastHeardMs !== undefined && { lastHeardMs }),
        ...(problem && { problem: asInputProblem(problem) }),
        ...(one.isOptional && { isOptional: true }),
      }
    })
  }

  /** Those that could not be regained at once. */
  get lost(): readonly Followed[] {
    return this.#all.filter(({ reflector }) => reflector.isLost)
  }

  get #all(): readonly Followed[] {
    const some = [this.#namespaces, this.#pods, this.#configMap, this.#agent, ...(this.#nodes ? [this.#nodes] : [])]
    return [...some, ...this.#namespacesNamed.all, ...this.#podsIn.all, ...this.#meshConfigIn.all]
  }

  get #configMapHere(): ConfigMap | undefined {
    return this.#configMap.reflector.objects.next().value
  }

  #noteRelisted(): void {
    if (!isRefused(this.#pods)) return this.#relisted.clear()
    for (const { namespace = '', reflector } of this.#podsIn.all) if (reflector.isListed) this.#relisted.add(namespace)
  }

  /** Where all may not be read any more, a namespace has the pods it was last known with, until its own are listed. */
  #podsOfSome(): Pod[] {
    const isOld = (namespace: string) => this.#relisted.has(namespace) || this.#podsIn.of(namespace)?.isListed
    const before = [...this.#pods.reflector.objects].filter(({ namespace }) => !isOld(namespace))
    return [...before, ...this.#podsIn.objects]
  }

  /** Whose annotation went is asked on: what was known of it when all could be read would name it again. */
  get #namespacesAskedAgain(): string[] {
    const before = new Set([...this.#namespaces.reflector.objects].map(({ name }) => name))
    return this.#namespacesNamed.all.flatMap(({ namespace = '' }) => (before.has(namespace) ? namespace : []))
  }

  /** The same of namespaces: what names them by annotation would be gone with them. */
  #namespacesOfSome(): Namespace[] {
    const before = [...this.#namespaces.reflector.objects].filter(({ name }) => !this.#namespacesNamed.of(name)?.isListed)
    return [...before, ...this.#namespacesNamed.objects]
  }

  /** What keeps one of them from hearing. */
  #problemOf(one: Followed): Problem | undefined {
    const isOfAll = one === this.#namespaces || one === this.#pods
    return (isOfAll ? bothRefused(this.#namespaces, this.#pods) : undefined) ?? one.reflector.problem
  }

  /** Whether there is no such namespace, as far as that may be looked up. */
  #isMissing(namespace: string): boolean {
    const known = isRefused(this.#namespaces) ? this.#namespacesNamed.of(namespace) : this.#namespaces.reflector
    return known !== undefined && known.isListed && ![...known.objects].some(({ name }) => name === namespace)
  }

  get #problems(): InputProblem[] {
    const { namespaces: rule, configMap: id } = this.#options.settings
    const configMap = this.#configMapHere
    const needed = this.#podsIn.all.filter(({ namespace = '' }) => this.#names.includes(namespace) && !this.#isMissing(namespace))
    const isEveryRefused = needed.every(isRefused) && needed.length > 0
    const isByAnnotation = rule === 'annotation' || rule === 'either' || (rule === 'auto' && !configMap)
    const title = `${id.namespace}/${id.name}`
    return [
      ...lossProblems(this.#all),
      ...refusalsOf(
        [
          ...(rule === 'annotation' ? [] : [this.#configMap]),
          ...(isByAnnotation ? [this.#namespaces] : []),
          ...(isEveryRefused || this.#pods.reflector.isListed ? [this.#pods] : needed),
        ],
        (one) => this.#problemOf(one),
      ),
      ...(configMap && title === agent.follows && !this.#agent.reflector.objects.next().done ? [agentProblem(agent, title)] : []),
    ]
  }

  #follow<T>(resource: Resource<T>, where: Where): Followed<T> {
    const { api, clock, random, changed, told } = this.#options
    const { namespace, only, isOptional = false } = where
    const reflector = new Reflector({
      api: where.api ?? api,
      resource,
      paths: where.paths,
      ...(only !== undefined && { query: onlyNamed(only) }),
      clock,
      random,
      changed,
      told: (what) => told(what, resource.name),
    })
    return { reflector, resource: resource.name, isOptional, ...(namespace !== undefined && { namespace }) }
  }
}

interface Where {
  /** The first that the server knows is followed. */
  readonly paths: readonly string[]
  readonly namespace?: string
  /** The name of the one object that is meant. */
  readonly only?: string
  readonly isOptional?: boolean
  readonly api?: Pick<ClusterApi, 'list' | 'watch'>
}

const isRefused = ({ reflector: { state } }: Followed) => state === 'refused'

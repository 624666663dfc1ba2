import { type DialectName, dialects } from '../model/dialect.ts'
import type { Dropped } from '../model/discovered.ts'
import type { Labels } from '../model/labels.ts'
import type { PodIdentity, Target } from '../model/target.ts'
import type { Sighting } from './born.ts'
import { decide, whereOf } from './decide.ts'
import { dialectOf, isIgnored } from './keys.ts'
import { controlPlaneDialect, type Mesh } from './mesh.ts'
import type { Naming } from './naming.ts'
import { identityOf, type Namespace, type Objects, type Pod } from './objects.ts'
import type { DiscoverOptions } from './options.ts'
import { type Circumstances, podReasons } from './reasons.ts'

/** What was found of a pod that is looked at. */
export interface Judged {
  readonly sighting: Sighting
  /** Absent for one that is not scraped. `bornWatched` is not known yet. */
  readonly target?: Omit<Target, 'bornWatched'>
  /** Absent for one that is scraped, and where no reason is owed: its namespace is not named. */
  readonly dropped?: Dropped
}

/** What a pod is judged by that can change while the pod does not. */
interface Surroundings {
  readonly namespace: Namespace | undefined
  readonly isNamed: boolean
  readonly isHome: boolean
  readonly meshName: string | undefined
  readonly meshDialect: DialectName | undefined
}

/** One pod after a round; the same object until pod or surroundings change, so that a round costs what changed. */
export interface KnownPod {
  readonly identity: PodIdentity
  readonly surroundings: Surroundings
  /** Absent for a pod that is not looked at: its namespace is not named. */
  readonly judged?: Judged
}

export type KnownPods = ReadonlyMap<Pod, KnownPod>

export const scopeOf = { namespace: (name: string) => name, controlPlane: (namespace: string) => `control plane in ${namespace}` }

interface Court {
  readonly naming: Naming
  readonly mesh: Mesh
  readonly dialect: DiscoverOptions['mesh']['dialect']
  readonly allowLoopback: boolean
}

/** Looks at every pod of a named namespace, and at the control plane's. `before` is what the round before returned, with the same settings. */
export function judgePods(objects: Objects, court: Court, before: KnownPods): KnownPods {
  const { naming, mesh } = court
  const names = new Set(naming.names)
  const namespaces = new Map(objects.namespaces.map((namespace) => [namespace.name, namespace]))
  const taken = takenPlaces(objects.pods)
  return new Map(
    objects.pods.map((pod): [Pod, KnownPod] => {
      const surroundings = {
        namespace: namespaces.get(pod.namespace),
        isNamed: names.has(pod.namespace),
        isHome: pod.namespace === mesh.namespace,
        meshName: mesh.name,
        meshDialect: mesh.dialect,
      }
      const known = before.get(pod)
      // Of one that goes it also matters who has its address by now.
      if (known && !pod.terminating && isSame(known.surroundings, surroundings)) return [pod, known]
      const judged = judge(pod, surroundings, { ...court, taken })
      return [pod, { identity: known?.identity ?? identityOf(pod), surroundings, ...(judged && { judged }) }]
    }),
  )
}

/** Where pods run that stay; of interest only to those that go. */
function takenPlaces(pods: readonly Pod[]): ReadonlySet<string> {
  if (!pods.some(({ terminating }) => terminating)) return new Set()
  return new Set(pods.filter(({ phase, terminating }) => phase === 'Running' && !terminating).map(whereOf))
}

function isSame(a: Surroundings, b: Surroundings): boolean {
  return (
    a.namespace === b.namespace &&
    a.isNamed === b.isNamed &&
    a.isHome === b.isHome &&
    a.meshName === b.meshName &&
    a.meshDialect === b.meshDialect
  )
}

function judge(pod: Pod, surroundings: Surroundings, court: Court & { readonly taken: ReadonlySet<string> }): Judged | undefined {
  const { namespace, isNamed, isHome, meshName, meshDialect } = surroundings
  const controlPlane = isHome ? controlPlaneDialect(pod, court.dialect) : undefined
  if (!isNamed && controlPlane === undefined) return undefined
  const dialect = controlPlane ?? dialectOf(pod, court.dialect, meshDialect)
  const circumstances: Circumstances = {
    kind: controlPlane === undefined ? 'sidecar' : 'control-plane',
    dialect: dialects[dialect],
    ...(namespace && { namespace }),
    ignored: namespace !== undefined && isIgnored(namespace, court.dialect),
    ...(meshName !== undefined && { meshName }),
    allowLoopback: court.allowLoopback,
    taken: court.taken,
  }
  const scope = controlPlane === undefined ? scopeOf.namespace(pod.namespace) : scopeOf.controlPlane(pod.namespace)
  const sighting = { scope, uid: pod.uid, pending: pod.phase === 'Pending' }
  const decision = decide(pod, circumstances)
  if ('url' in decision) {
    const target = targetOf(pod, decision, { dialect, circumstances })
    return { sighting: { ...sighting, target: target.id }, target }
  }
  if (!isNamed) return { sighting }
  const { reason } = decision
  const remedy = podReasons[reason].remedy(pod, circumstances)
  return { sighting, dropped: { namespace: pod.namespace, pod: pod.name, uid: pod.uid, reason, remedy } }
}

function targetOf(
  pod: Pod,
  { url, port }: { readonly url: URL; readonly port: string },
  { dialect, circumstances }: { readonly dialect: DialectName; readonly circumstances: Circumstances },
): Omit<Target, 'bornWatched'> {
  const containers = containersOf(pod, circumstances)
  const process = firstOf(containers, pod.containerIds)
  const waiting = firstOf(containers, pod.waiting ?? {})
  return {
    id: `${pod.uid}:${port}`,
    url,
    kind: circumstances.kind,
    dialect,
    pod: identityOf(pod),
    labels: {},
    ...(pod.node !== undefined && { node: pod.node }),
    ...(process !== undefined && { process }),
    ...(waiting !== undefined && { waiting }),
    terminating: pod.terminating,
  }
}

/** What the container may be called that is scraped; an osm-edge sidecar that runs Envoy has the container name of its own mesh. */
function containersOf({ labels }: Pod, { kind, dialect }: Circumstances): readonly string[] {
  if (kind === 'control-plane') return [labels.app ?? '']
  return [...dialect.containers, ...Object.values(dialects).flatMap((other) => [...other.containers])]
}

const firstOf = (containers: readonly string[], texts: Labels) =>
  containers.map((container) => texts[container]).find((one) => one !== undefined)

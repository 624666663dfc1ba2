import type { Discovered, Dropped } from '../model/discovered.ts'
import { type DialectName, dialects } from '../model/dialect.ts'
import type { Target } from '../model/target.ts'
import { bornWatched, follow, nobodySeen, pausedTargets, type Sighting, type Watches } from './born.ts'
import type { Monitored } from './configmap.ts'
import { type Decision, decide, whereOf } from './decide.ts'
import { droppedNamespaces } from './dropped-namespaces.ts'
import { dialectOf, isIgnored } from './keys.ts'
import { controlPlaneDialect, findMesh, type Mesh } from './mesh.ts'
import { nameNamespaces, type Naming } from './naming.ts'
import { identityOf, type Objects, type Pod } from './objects.ts'
import type { DiscoverOptions } from './options.ts'
import { type Circumstances, podReasons } from './reasons.ts'
import { type KnownTargets, unchanged } from './same-target.ts'
import { noteChanges } from './notes.ts'

export type DiscoverSettings = Pick<DiscoverOptions, 'namespaces' | 'configMap' | 'mesh'> & { readonly allowLoopback: boolean }

/** What one round of discovery hands to the next. */
export interface History {
  /** What the ConfigMap said when it was good last. */
  readonly monitored?: Monitored
  readonly watches: Watches
  readonly targets: KnownTargets
}

export const noHistory: History = { watches: nobodySeen, targets: new Map() }

/**
 * Who is to be scraped, and why the others are not. Pure: the same objects, settings and history give the same outcome.
 *
 * @returns the outcome and the history for the next round. A target that did not change is the same object as before. Targets and dropped are in the
 * order of namespace and name, so that equal clusters read equal
 */
export function discover(
  source: Objects,
  settings: DiscoverSettings,
  history: History,
): { readonly found: Discovered; readonly history: History } {
  const objects = { ...source, pods: source.pods.toSorted(byPlace) }
  const naming = nameNamespaces(objects, settings, history.monitored)
  const mesh = findMesh(objects, settings.mesh)
  const judged = judge(objects, settings, { naming, mesh })

  const scopes = [...naming.names.map(scopeOf.namespace), ...(mesh.namespace === undefined ? [] : [scopeOf.controlPlane(mesh.namespace)])]
  const watches = follow(history.watches, { scopes, sightings: judged.map(({ sighting }) => sighting), complete: objects.complete })
  const all = judged.flatMap((one) => targetOf(one, bornWatched(watches, one.sighting)) ?? [])
  const { targets, known } = unchanged(history.targets, all)
  const seen = { watches, ...(naming.monitored && { monitored: naming.monitored }) }
  const found: Discovered = {
    targets,
    dropped: [...droppedNamespaces(objects, settings.mesh, naming), ...judged.flatMap(droppedPod)].sort((a, b) =>
      byPlace(placeOf(a), placeOf(b)),
    ),
    pods: objects.pods.map(identityOf),
    paused: pausedTargets(watches, new Set(targets.map(({ id }) => id))),
    rule: naming.rule,
    namespaces: naming.names,
    ...(mesh.name !== undefined && { meshName: mesh.name }),
    problems: [...objects.problems, ...naming.problems, ...mesh.problems],
    notes: noteChanges(history, seen),
  }
  return { found, history: { ...seen, targets: known } }
}

/** A pod that is looked at, with the outcome. */
interface Judged {
  readonly pod: Pod
  readonly dialect: DialectName
  readonly circumstances: Circumstances
  readonly decision: Decision
  readonly sighting: Sighting
  /** Its namespace is named, so it is owed a reason when it is not scraped. */
  readonly named: boolean
}

const scopeOf = { namespace: (name: string) => name, controlPlane: (namespace: string) => `control plane in ${namespace}` }

/** Looks at every pod of a named namespace, and at the control plane's. */
function judge(
  objects: Objects,
  { mesh: options, allowLoopback }: DiscoverSettings,
  { naming, mesh }: { naming: Naming; mesh: Mesh },
): Judged[] {
  const names = new Set(naming.names)
  const namespaces = new Map(objects.namespaces.map((namespace) => [namespace.name, namespace]))
  const taken = new Set(objects.pods.filter(({ phase, terminating }) => phase === 'Running' && !terminating).map(whereOf))
  return objects.pods.flatMap((pod): Judged[] => {
    const controlPlane = pod.namespace === mesh.namespace ? controlPlaneDialect(pod, options.dialect) : undefined
    const named = names.has(pod.namespace)
    if (!named && controlPlane === undefined) return []
    const dialect = controlPlane ?? dialectOf(pod, options.dialect)
    const namespace = namespaces.get(pod.namespace)
    const circumstances: Circumstances = {
      kind: controlPlane === undefined ? 'sidecar' : 'control-plane',
      dialect: dialects[dialect],
      ...(namespace && { namespace }),
      ignored: namespace !== undefined && isIgnored(namespace, options.dialect),
      ...(mesh.name !== undefined && { meshName: mesh.name }),
      allowLoopback,
      taken,
    }
    const decision = decide(pod, circumstances)
    const scope = controlPlane === undefined ? scopeOf.namespace(pod.namespace) : scopeOf.controlPlane(pod.namespace)
    const sighting = {
      scope,
      uid: pod.uid,
      pending: pod.phase === 'Pending',
      ...('url' in decision && { target: `${pod.uid}:${decision.port}` }),
    }
    return [{ pod, dialect, circumstances, decision, sighting, named }]
  })
}

function targetOf({ pod, dialect, circumstances, decision, sighting }: Judged, bornWatched: boolean): Target | undefined {
  if (!('url' in decision) || sighting.target === undefined) return undefined
  const process = processOf(pod, circumstances)
  return {
    id: sighting.target,
    url: decision.url,
    kind: circumstances.kind,
    dialect,
    pod: identityOf(pod),
    labels: {},
    ...(pod.node !== undefined && { node: pod.node }),
    bornWatched,
    ...(process !== undefined && { process }),
    terminating: pod.terminating,
  }
}

/** The id of the container that is scraped; an osm-edge sidecar that runs Envoy has the container name of its own mesh. */
function processOf({ containerIds, labels }: Pod, { kind, dialect }: Circumstances): string | undefined {
  if (kind === 'control-plane') return containerIds[labels.app ?? '']
  const containers = [...dialect.containers, ...Object.values(dialects).flatMap((other) => [...other.containers])]
  return containers.map((container) => containerIds[container]).find((id) => id !== undefined)
}

function droppedPod({ pod, circumstances, decision, named }: Judged): Dropped[] {
  if (!named || 'url' in decision) return []
  const { reason } = decision
  return [{ namespace: pod.namespace, pod: pod.name, uid: pod.uid, reason, remedy: podReasons[reason].remedy(pod, circumstances) }]
}

interface InNamespace {
  readonly namespace: string
  readonly name: string
}

const placeOf = ({ namespace, pod = '' }: Dropped): InNamespace => ({ namespace, name: pod })

function byPlace(a: InNamespace, b: InNamespace): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

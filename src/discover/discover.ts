import type { Discovered, Dropped } from '../model/discovered.ts'
import { bornWatched, follow, nobodySeen, pausedTargets, type Watches } from './born.ts'
import type { Monitored } from './configmap.ts'
import { droppedNamespaces } from './dropped-namespaces.ts'
import { judgePods, type KnownPods, scopeOf } from './judged.ts'
import { controlPlanePods, findMesh } from './mesh.ts'
import { nameNamespaces } from './naming.ts'
import { noteChanges } from './notes.ts'
import type { Objects } from './objects.ts'
import type { DiscoverOptions } from './options.ts'
import { type KnownTargets, unchanged } from './same-target.ts'

export type DiscoverSettings = Pick<DiscoverOptions, 'namespaces' | 'configMap' | 'mesh'> & { readonly allowLoopback: boolean }

/** What one round of discovery hands to the next, which has the same settings. */
export interface History {
  /** What the ConfigMap said when it was good last. */
  readonly monitored?: Monitored
  readonly watches: Watches
  readonly targets: KnownTargets
  readonly pods: KnownPods
}

export const noHistory: History = { watches: nobodySeen, targets: new Map(), pods: new Map() }

/**
 * Who is to be scraped, and why the others are not. Pure: the same objects, settings and history give the same outcome.
 *
 * @returns the outcome and the history for the next round. A target that did not change is the same object as before, and so is the identity of a pod
 * whose object is. Targets and dropped are in the order of namespace and name, so that equal clusters read equal
 */
export function discover(
  source: Objects,
  settings: DiscoverSettings,
  history: History,
): { readonly found: Discovered; readonly history: History } {
  const objects = { ...source, pods: source.pods.toSorted(byPlace) }
  const naming = nameNamespaces(objects, settings, history.monitored)
  const mesh = findMesh(objects, settings.mesh)
  const court = { naming, mesh, dialect: settings.mesh.dialect, allowLoopback: settings.allowLoopback }
  const pods = judgePods(objects, court, history.pods)
  const judged = [...pods.values()].flatMap((known) => known.judged ?? [])

  const scopes = new Map(naming.names.map((name) => [scopeOf.namespace(name), name]))
  if (mesh.namespace !== undefined) scopes.set(scopeOf.controlPlane(mesh.namespace), mesh.namespace)
  const watches = follow(history.watches, {
    scopes: scopes.keys(),
    sightings: judged.map(({ sighting }) => sighting),
    complete: (scope) => objects.complete(scopes.get(scope) ?? ''),
  })
  const all = judged.flatMap(({ target, sighting }) => (target ? [{ ...target, bornWatched: bornWatched(watches, sighting) }] : []))
  const { targets, known } = unchanged(history.targets, all)
  const seen = { watches, ...(naming.monitored && { monitored: naming.monitored }) }
  const controlPlane = controlPlanePods(objects.pods, settings.mesh)
  const found: Discovered = {
    targets,
    dropped: [...droppedNamespaces(objects, settings.mesh, naming), ...judged.flatMap(({ dropped }) => dropped ?? [])].sort((a, b) =>
      byPlace(placeOf(a), placeOf(b)),
    ),
    pods: [...pods.values()].map(({ identity }) => identity),
    ...(objects.nodes && objects.nodes.length > 0 && { nodes: objects.nodes.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }),
    paused: pausedTargets(watches, new Set(targets.map(({ id }) => id))),
    rule: naming.rule,
    namespaces: naming.names,
    ...(mesh.name !== undefined && { meshName: mesh.name }),
    ...(objects.meshConfig && { meshConfig: objects.meshConfig }),
    ...(controlPlane.length > 0 && { controlPlane }),
    problems: [...objects.problems, ...naming.problems, ...mesh.problems],
    notes: noteChanges(history, seen),
  }
  return { found, history: { ...seen, targets: known, pods } }
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

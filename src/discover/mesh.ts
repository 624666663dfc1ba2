import type { ControlPlanePod, InputProblem } from '../model/discovered.ts'
import type { DialectName } from '../model/dialect.ts'
import { meshOf, spoken } from './keys.ts'
import type { Objects, Pod } from './objects.ts'
import type { DiscoverOptions } from './options.ts'
import { discoverProblems, inputProblem } from './problems.ts'

/** Where the control plane is, and what the mesh is called. */
export interface Mesh {
  readonly name?: string
  readonly namespace?: string
  /** The controllers', where any is seen. */
  readonly dialect?: DialectName
  readonly problems: readonly InputProblem[]
}

/** Where control planes are installed: by the mesh's own command line, as the AKS add-on, as the Arc extension, by FSM. The first wins. */
export const usualNamespaces = ['osm-system', 'kube-system', 'arc-osm-system', 'fsm-system']

const roles = ['controller', 'injector', 'bootstrap']

type MeshOptions = DiscoverOptions['mesh']

/** The mesh's name and namespace, as its controller pods tell them where the options leave them open. */
export function findMesh({ pods, namespaces }: Objects, { name, namespace, dialect }: MeshOptions): Mesh {
  const apps = new Set(spoken(dialect).map(({ controlPlane }) => `${controlPlane}-controller`))
  const all = pods.filter((pod) => apps.has(pod.labels.app ?? ''))
  const controllers = all.filter((pod) => name === 'auto' || (meshNameOf(pod) ?? name) === name)
  const homes = [...new Set(controllers.map((pod) => pod.namespace))].sort(byUsualFirst)
  const home =
    namespace === 'auto'
      ? (homes[0] ?? usualNamespaces.find((usual) => pods.some((pod) => pod.namespace === usual && controlPlaneDialect(pod, dialect))))
      : namespace
  const called =
    name === 'auto'
      ? (controllers
          .filter((pod) => pod.namespace === home)
          .map(meshNameOf)
          .find(Boolean) ?? onlyOne(namespaces.flatMap((space) => meshOf(space, dialect) ?? [])))
      : name
  const spokenBy = controllers.filter((pod) => pod.namespace === home).map((pod) => controlPlaneDialect(pod, dialect))[0]
  const several = namespace === 'auto' && homes.length > 1
  const message = `Controllers run in the namespaces ${homes.join(', ')}; ${home} is taken for the control plane.`
  return {
    ...(called !== undefined && { name: called }),
    ...(home !== undefined && { namespace: home }),
    ...(spokenBy !== undefined && { dialect: spokenBy }),
    problems: [
      ...(several ? [inputProblem(discoverProblems.several_meshes, message)] : []),
      ...(controllers.length === 0 && all.length > 0 ? [unknownMesh(name, all)] : []),
    ],
  }
}

function unknownMesh(name: string, controllers: readonly Pod[]): InputProblem {
  const names = [...new Set(controllers.flatMap((pod) => meshNameOf(pod) ?? []))].sort()
  const message = `No controller is of the mesh ${name}, which discover.mesh.name names; there is ${names.join(', ')}.`
  return {
    ...inputProblem(discoverProblems.mesh_unknown, message),
    remedy: `Set discover.mesh.name to ${names.join(' or ')}, or leave it out.`,
  }
}

/** The dialect of a control plane's pod: its label `app` names one of the deployments. `undefined` for every other pod. */
export function controlPlaneDialect({ labels: { app } }: Pod, option: MeshOptions['dialect']): DialectName | undefined {
  return spoken(option).find(({ controlPlane }) => roles.some((role) => app === `${controlPlane}-${role}`))?.name
}

/** The control plane's pods, wherever they are, but those that are being deleted or have ended. */
export function controlPlanePods(pods: readonly Pod[], { dialect }: Pick<MeshOptions, 'dialect'>): ControlPlanePod[] {
  const apps = new Set(spoken(dialect).flatMap(({ controlPlane }) => roles.map((role) => `${controlPlane}-${role}`)))
  const live = pods.filter(
    ({ phase, terminating, labels: { app = '' } }) => apps.has(app) && !terminating && !/^(?:Succeeded|Failed)$/.test(phase),
  )
  return live.map(({ namespace, name, phase, waiting = {}, unready = {}, labels: { app = '' } }) => {
    return { namespace, pod: name, app, state: Object.values(waiting)[0] ?? Object.values(unready)[0] ?? phase }
  })
}

/** OSM's chart writes the mesh's name into `meshName`, or only into the common label `app.kubernetes.io/instance`, by version. */
export function meshNameOf({ labels }: Pick<Pod, 'labels'>): string | undefined {
  const ours = /^(?:openservicemesh|flomesh)\.io$/.test(labels['app.kubernetes.io/name'] ?? '')
  return labels.meshName || (ours && labels['app.kubernetes.io/instance']) || undefined
}

function byUsualFirst(a: string, b: string): number {
  const rank = (name: string) => (usualNamespaces.includes(name) ? usualNamespaces.indexOf(name) : usualNamespaces.length)
  return rank(a) - rank(b) || (a < b ? -1 : 1)
}

function onlyOne(names: readonly string[]): string | undefined {
  return new Set(names).size === 1 ? names[0] : undefined
}

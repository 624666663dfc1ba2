import { shellWord } from '../../runtime/shell.ts'
import type { ControlPlanePod } from '../../model/discovered.ts'
import { commandsFor } from '../../scrape/stopped.ts'
import { asFault, nothingKnown } from './discovery-checks.ts'
import type { Facts } from './facts.ts'
import { broken, type Check, type Fault, ok, unknown } from './verdict.ts'

/** It may be only a matter of time. */
const starting = new Set(['Pending', 'ContainerCreating', 'PodInitializing', 'Starting'])

/** It runs all the same. */
const isUp = ({ state }: ControlPlanePod) => state === 'Starting' || state === 'NotReady'

export const controlPlaneCheck: Check = {
  name: 'control-plane',
  link: "The mesh's control plane",
  look(facts) {
    const { controlPlane, discovered } = facts
    if (!discovered) return unknown(nothingKnown(facts))
    if (controlPlane.length === 0) return unknown('No pod of one was found, or may be read.')
    const parts = [...Map.groupBy(controlPlane, ({ app, namespace }) => `${app} in ${namespace}`)]
    const down = parts.filter(([, pods]) => !pods.some(({ state }) => state === 'Running'))
    const some = controlPlane.filter(({ state }) => state !== 'Running')
    const downPods = down.flatMap(([, pods]) => pods)
    // Who does not run is silent for that reason.
    const silent = facts.controlPlaneFaults.filter((one) => !downPods.some((pod) => isSamePod(pod, one)))
    if (downPods.length === 0 && silent.length === 0) return ok(`${partsByNamespace(controlPlane)}, each running.${asideOn(some)}`)
    const isStarting = down.every(([, pods]) => pods.some(({ state }) => starting.has(state)))
    const found = [
      ...(down.length > 0 ? [`Not ${downPods.every(isUp) ? 'ready' : 'running'}: ${down.map(([title]) => title).join(', ')}.`] : []),
      ...(silent.length > 0
        ? [`It runs, and what it counts cannot be read: ${silent.map(({ namespace, pod }) => `${pod} in ${namespace}`).join(', ')}.`]
        : []),
    ]
    return (isStarting && silent.length === 0 ? unknown : broken)(found.join(' '), [...downPods.map(faultOf), ...silent.map(silenceOf)])
  },
}

/** `In osm-system: osm-controller, osm-injector` */
function partsByNamespace(pods: readonly ControlPlanePod[]): string {
  const places = [...Map.groupBy(pods, ({ namespace }) => namespace)]
  return places.map(([namespace, there]) => `In ${namespace}: ${[...new Set(there.map(({ app }) => app))].join(', ')}`).join('; ')
}

const asideOn = (pods: readonly ControlPlanePod[]) =>
  pods.length === 0 ? '' : ` Beside others that run: ${pods.map(({ pod, state }) => `${pod} is ${state}`).join(', ')}.`

type Silent = Facts['controlPlaneFaults'][number]

const isSamePod = (one: ControlPlanePod, other: Silent) => one.namespace === other.namespace && one.pod === other.pod

function faultOf({ namespace, pod, app, state }: ControlPlanePod): Fault {
  const remedy = commandsFor(state, `${shellWord(pod)} -n ${shellWord(namespace)}`, shellWord(app))
  return { what: `${namespace}/${pod} is ${state}.`, remedy }
}

function silenceOf({ namespace, pod, problem }: Silent): Fault {
  const { what, remedy } = asFault(problem)
  return { what: `${namespace}/${pod}: ${what}`, remedy }
}

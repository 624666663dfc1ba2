import { shellWord } from '../../runtime/shell.ts'
import type { ControlPlanePod } from '../../model/discovered.ts'
import { nothingKnown } from './discovery-checks.ts'
import { broken, type Check, type Fault, ok, unknown } from './verdict.ts'

/** It may be only a matter of time. */
const starting = new Set(['Pending', 'ContainerCreating', 'PodInitializing'])

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
    if (down.length === 0) return ok(`${partsByNamespace(controlPlane)}, each running.${asideOn(some)}`)
    const isStarting = down.every(([, pods]) => pods.some(({ state }) => starting.has(state)))
    const found = `Not running: ${down.map(([title]) => title).join(', ')}.`
    return (isStarting ? unknown : broken)(found, down.flatMap(([, pods]) => pods).map(faultOf))
  },
}

/** `In osm-system: osm-controller, osm-injector` */
function partsByNamespace(pods: readonly ControlPlanePod[]): string {
  const places = [...Map.groupBy(pods, ({ namespace }) => namespace)]
  return places.map(([namespace, there]) => `In ${namespace}: ${[...new Set(there.map(({ app }) => app))].join(', ')}`).join('; ')
}

const asideOn = (pods: readonly ControlPlanePod[]) =>
  pods.length === 0 ? '' : ` Beside others that run: ${pods.map(({ pod, state }) => `${pod} is ${state}`).join(', ')}.`

function faultOf({ namespace, pod, app, state }: ControlPlanePod): Fault {
  const at = `${shellWord(pod)} -n ${shellWord(namespace)}`
  const log = state === 'CrashLoopBackOff' ? `, kubectl logs ${at} -c ${shellWord(app)} --previous` : ''
  return { what: `${namespace}/${pod} is ${state}.`, remedy: `kubectl describe pod ${at}${log}` }
}

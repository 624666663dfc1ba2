import type { ControlPlanePod } from '../../model/discovered.ts'
import { shellWord } from '../../runtime/shell.ts'

/** Where the mesh's own configuration is, and under which name, in words that a shell takes. */
export function meshConfigOf(controlPlane: readonly ControlPlanePod[]): { readonly name: string; readonly home: string } {
  const { app = '', namespace = 'osm-system' } = controlPlane.find((pod) => pod.app.endsWith('-controller')) ?? controlPlane[0] ?? {}
  return { name: app.startsWith('fsm-') ? 'fsm-mesh-config' : 'osm-mesh-config', home: shellWord(namespace) }
}

/** What changes the mesh's own configuration; the control plane sends it to all sidecars. Source: openservicemesh/osm pkg/messaging. */
export function meshConfigPatch(controlPlane: readonly ControlPlanePod[], spec: object): string {
  const { name, home } = meshConfigOf(controlPlane)
  return `kubectl patch meshconfig ${name} -n ${home} --type merge -p ${shellWord(JSON.stringify({ spec }))}`
}

import { counted } from '../figure-text.ts'
import { asFault } from './discovery-checks.ts'
import type { SidecarFacts } from './facts.ts'
import { meshConfigOf, meshConfigPatch } from './mesh-config.ts'
import { broken, type Check, type Fault, off, ok, unknown } from './verdict.ts'

const nobody = 'No sidecar is known.'

export const portCheck: Check = {
  name: 'port',
  link: "The sidecars' metrics port",
  look({ sidecars }) {
    if (sidecars.length === 0) return unknown(nobody)
    const asked = sidecars.filter(({ page }) => page !== 'waiting' && page !== 'unasked')
    const silent = asked.filter(({ page }) => page === 'silent')
    const aside = unaskedText(sidecars)
    // Why one cannot be asked is mostly why none can.
    const unasked = sidecars
      .filter(({ page }) => page === 'unasked')
      .flatMap(faultOf)
      .slice(0, 1)
    if (silent.length > 0)
      return broken(`${silent.length} of ${counted(asked.length, 'sidecar')} ${silent.length === 1 ? 'does' : 'do'} not answer.${aside}`, [
        ...silent.flatMap(faultOf),
        ...unasked,
      ])
    if (asked.length === 0) return unknown('No sidecar was asked.', unasked)
    return ok(`${counted(asked.length, 'sidecar')} asked, ${asked.length === 1 ? 'it' : 'all'} answered.${aside}`)
  },
}

function unaskedText(sidecars: readonly SidecarFacts[]): string {
  const unasked = sidecars.filter(({ page }) => page === 'unasked').length
  const waiting = sidecars.filter(({ page }) => page === 'waiting').length
  if (unasked > 0) return ` ${unasked} not asked: one look asks one pod per namespace.`
  return waiting > 0 ? ` ${waiting} not asked yet.` : ''
}

export const familiesCheck: Check = {
  name: 'families',
  link: "What the sidecars' pages hold",
  look({ sidecars }) {
    const answered = sidecars.filter(({ page }) => page === 'good' || page === 'bad')
    if (answered.length === 0) return unknown(sidecars.length === 0 ? nobody : 'No sidecar answered.')
    const bad = answered.filter(({ page }) => page === 'bad')
    if (bad.length > 0) return broken(`${bad.length} of ${counted(answered.length, 'page')} cannot be used.`, bad.flatMap(faultOf))
    return ok(
      `${counted(answered.length, 'page')} with ${counted(
        answered.reduce((sum, { series }) => sum + series, 0),
        'wanted sample',
      )} in all.`,
    )
  },
}

/** What nobody but the WASM statistics feeds. */
const fedByWasm = [
  'osm_request_total and osm_request_duration_ms on /metrics/osm',
  "OSM's dashboard Workload to Workload",
  "Flagger's success rate and duration of requests",
  'mesh_workload_requests_total and mesh_workload_request_duration_seconds on /metrics/edges',
]

export const workloadsCheck: Check = {
  name: 'workloads',
  link: 'Counts per pair of workloads (WASM statistics)',
  look({ wasmStats, requestStats, controlPlane, collector }) {
    const remedy = meshConfigPatch(controlPlane, { featureFlags: { enableWASMStats: true } })
    const empty = { what: `These stay empty: ${fedByWasm.join('; ')}.` }
    if (wasmStats === false)
      return off('The MeshConfig has featureFlags.enableWASMStats off; sidecars follow a change without a restart.', [{ ...empty, remedy }])
    if (requestStats) return ok('Pages hold them.')
    if (requestStats === undefined) return unknown('No page was seen.')
    if (!('lack' in collector) && collector.edges.moving === 0)
      return unknown('No page holds them; they appear with the first HTTP request.')
    const look =
      'Look whether the collector leaves them out (scrape.requestStats), and whether there are HTTP requests; Pipy has none of them.'
    if (wasmStats) return off('No page holds them, although the MeshConfig has them on.', [{ ...empty, remedy: look }])
    const { name, home } = meshConfigOf(controlPlane)
    const asked = `kubectl get meshconfig ${name} -n ${home} -o jsonpath='{.spec.featureFlags.enableWASMStats}'`
    return off('No page holds them.', [{ ...empty, remedy: `Where this says false, they are off: ${asked}. Else: ${look}` }])
  },
}

function faultOf({ namespace, pod, problem }: SidecarFacts): Fault[] {
  if (!problem) return []
  const { what, remedy } = asFault(problem)
  return [{ what: `${namespace}/${pod}: ${what}`, remedy }]
}

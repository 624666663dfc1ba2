import { shellWord } from '../../runtime/shell.ts'
import { counted } from '../figure-text.ts'
import type { CollectorFacts, Facts, TracingFacts } from './facts.ts'
import { meshConfigPatch } from './mesh-config.ts'
import { broken, type Check, type Fault, type Finding, off, ok, unknown } from './verdict.ts'

/** What OSM takes where the MeshConfig says nothing of it. Source: openservicemesh/osm, pkg/configurator/methods.go. */
const usual = { port: 9411, endpoint: '/api/v2/spans' }
/** The name of the Service in deploy/. */
const usualAddress = 'mesh-telemetry.mesh-telemetry.svc.cluster.local'

const tracingOf = ({ collector }: Facts) => ('lack' in collector ? undefined : collector.tracing)

/** A link only where the collector is to take spans. */
export const tracingCheck: Check = {
  name: 'tracing',
  link: 'Spans that sidecars send',
  isLink: (facts) => tracingOf(facts) !== undefined,
  look(facts) {
    const tracing = tracingOf(facts)
    return 'lack' in facts.collector || !tracing ? unknown('No span is to be taken.') : lookAt(tracing, facts, facts.collector)
  },
}

function lookAt(tracing: TracingFacts, { controlPlane, sidecars }: Facts, collector: CollectorFacts): Finding {
  const { mesh, received, refusedRequests, port } = tracing
  const here = { address: ownName(collector), port: port ?? usual.port }
  const patch = meshConfigPatch(controlPlane, { observability: { tracing: { enable: true, ...here, endpoint: usual.endpoint } } })
  const empty = { what: 'No trace is shown or sent on. docs/tracing.md says what applications must do for traces of more than one call.' }
  if (mesh?.enabled === false) return off('The MeshConfig has tracing off.', [{ ...empty, remedy: patch }])
  if (received > 0 || Object.keys(refusedRequests).length > 0) return came(tracing)
  if (!mesh)
    return unknown('No span came, and what the MeshConfig says of tracing is not known.', [
      { ...empty, remedy: `To send them here: ${patch}` },
    ])
  if (!isHere(mesh, here)) {
    const where = `${mesh.address ?? 'an address that it does not name'}:${mesh.port ?? usual.port}`
    return off(`The MeshConfig has sidecars send their spans to ${where}, not to ${here.address}:${here.port}.`, [
      { ...empty, remedy: `To send them here, from where forward.zipkin sends them on: ${patch}` },
    ])
  }
  const silence = 'No span came, although the MeshConfig has sidecars send them here.'
  const look = [lookAtSidecar(sidecars)]
  return collector.edges.moving > 0 ? broken(silence, look) : unknown(`${silence} Nothing was called either.`, look)
}

function came({ received, accepted, refused, refusedRequests }: TracingFacts): Finding {
  const reasons = Object.entries(refused).map(([reason, count]) => `${count} ${reason}`)
  const statuses = Object.entries(refusedRequests).map(([status, count]) => `${count} with ${status}`)
  const faults = [
    ...(reasons.length > 0 ? [{ what: `Refused, which is lost: ${reasons.join(', ')}.`, remedy: refusedRemedy }] : []),
    ...(statuses.length > 0
      ? [{ what: `Requests that were not taken, with all their spans: ${statuses.join(', ')}.`, remedy: refusedRemedy }]
      : []),
  ]
  if (received === 0) return broken('Requests came, and none was taken.', faults)
  if (accepted === 0) return broken(`${counted(received, 'span')} came, and none could be taken.`, faults)
  return ok(`${counted(accepted, 'span')} taken since the collector started.`, faults)
}

const refusedRemedy = 'docs/tracing.md says what each reason means and what to do about it'

/** By its Service, where it is in a cluster and asked through it; else as deploy/ has it. */
function ownName({ address }: CollectorFacts): string {
  const host = address.replace(/:\d+$/, '')
  return host.endsWith('.svc') ? `${host}.cluster.local` : usualAddress
}

const plain = (address: string): string =>
  address
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/(?:\.svc)?(?:\.cluster\.local)?$/, '')

const isHere = (mesh: NonNullable<TracingFacts['mesh']>, here: { readonly address: string; readonly port: number }): boolean =>
  plain(mesh.address ?? '') === plain(here.address) && (mesh.port ?? usual.port) === here.port

function lookAtSidecar(sidecars: Facts['sidecars']): Fault {
  const { pod = 'POD', namespace = 'NAMESPACE' } = sidecars.find(({ page }) => page === 'good') ?? {}
  const asked = `osm proxy get stats ${shellWord(pod)} -n ${shellWord(namespace)}`
  return {
    what: 'Sidecars count what becomes of their spans: reports_failed says that nobody answered (a NetworkPolicy, a Service without that port, a name that is not found), reports_dropped that something else than a collector did; without any of them the sidecar has no tracing yet.',
    remedy: `Look at tracing.zipkin and cluster.envoy-tracing-cluster: ${asked}`,
  }
}

import type { Alert } from './alert.ts'
import { type Badness, burns } from './burn-rate.ts'
import { burnWindows, objectives } from './objectives.ts'

const { failures, latency, fewest, callersSee } = objectives

const service = 'destination_namespace, destination_service'
const called = 'destination_kind=~"service|egress"'
const rate = (selector: string, range: string) => `sum by (${service}) (rate(${selector}[${range}]))`
const increase = (selector: string, range: string) => `sum by (${service}) (increase(${selector}[${range}]))`

/** Whose word on a service counts. Each request is counted by its caller and once more by the called one; the two are never added. */
interface View {
  readonly seenBy: 'callers' | 'service'
  /** What every selector holds. */
  readonly of: string
  /** Leaves out what the other view tells already. */
  readonly only: (long: string) => string
}

const callers: View = { seenBy: 'callers', of: `direction="outbound", ${called}`, only: () => '' }

const inbound = `direction="inbound", ${called}`
const requestsOf = (of: string, range: string) => increase(`mesh_requests_total{${of}}`, range)

/** Who is called mostly from outside of the mesh, an entry for instance, has no callers whose word counts: a single one that calls it now and then says nothing of the others. */
const itself: View = {
  seenBy: 'service',
  of: inbound,
  only: (long) => `\nunless on (${service})\n${requestsOf(callers.of, long)} >= ${callersSee} * ${requestsOf(inbound, long)}`,
}

/** An error is a 5xx; a sidecar that tells only the class says `5xx`. */
function failing({ of }: View): Badness {
  const [all, bad] = [`mesh_requests_total{${of}}`, `mesh_requests_total{${of}, response_code=~"5.."}`]
  return {
    good: failures.good,
    share: (range) => `${rate(bad, range)}\n/\n${rate(all, range)}`,
    count: (range) => increase(bad, range),
  }
}

/** Prometheus 3 writes the bound of a bucket with a decimal point (`1.0`), older ones as it is served (`1`). */
const bound = Number.isInteger(latency.seconds) ? `${latency.seconds}([.]0)?` : String(latency.seconds).replace('.', '[.]')

function slow({ of }: View): Badness {
  const all = `mesh_request_duration_seconds_count{${of}}`
  const quick = `mesh_request_duration_seconds_bucket{${of}, le=~"${bound}"}`
  return {
    good: latency.good,
    share: (range) => `1\n-\n${rate(quick, range)}\n/\n${rate(all, range)}`,
    count: (range) => `${increase(all, range)} - ${increase(quick, range)}`,
  }
}

/** A service's name as people say it; egress has no namespace. */
const named = '{{ with $labels.destination_namespace }}{{ . }}/{{ end }}{{ $labels.destination_service }}'
const share = '{{ $value | humanizePercentage }}'
const percent = (good: number) => `${Number((good * 100).toFixed(6))}%`

const burning = [callers, itself].flatMap((view) =>
  burnWindows.flatMap((window): Alert[] => {
    const { name, severity, factor, long, short } = window
    const common = { severity, labels: { window: name, seen_by: view.seenBy }, for: window.for }
    const pace = `That is more than ${factor} times what the objective allows, over ${short} and over ${long}.`
    const seen = view === callers ? 'As its callers in the mesh see it' : 'As it sees itself, called mostly from outside of the mesh'
    return [
      {
        ...common,
        name: 'MeshServiceFailing',
        expr: burns(failing(view), window, fewest) + view.only(long),
        summary: `${share} of the requests to ${named} fail`,
        description: `${seen}: ${share} of the requests to ${named} ended with a 5xx in the last ${short}; ${percent(failures.good)} must not. ${pace}`,
      },
      {
        ...common,
        name: 'MeshServiceSlow',
        expr: burns(slow(view), window, fewest) + view.only(long),
        summary: `${share} of the requests to ${named} take longer than ${latency.seconds} s`,
        description: `${seen}: ${share} of the requests to ${named} took longer than ${latency.seconds} s in the last ${short}; ${percent(latency.good)} must not. ${pace}`,
      },
    ]
  }),
)

const edge = 'source_namespace, source_service, source_workload, destination_namespace, destination_service, destination_port'
const ofEdge = (selector: string) => `sum by (${edge}) (${selector})`
const failedConnections = `mesh_connection_failures_total{direction="outbound", ${called}, reason="connect_fail"}[5m]`
const caller = '{{ $labels.source_namespace }}/{{ $labels.source_workload }}'

/** What goes wrong between services. */
export const serviceAlerts: readonly Alert[] = [
  ...burning,
  {
    name: 'MeshConnectionsFailing',
    severity: 'warning',
    for: '5m',
    expr: [
      `${ofEdge(`rate(${failedConnections})`)}`,
      '  /',
      `${ofEdge(`rate(mesh_connections_opened_total{direction="outbound", ${called}}[5m])`)}`,
      '> 0.1',
      'and',
      `${ofEdge(`increase(${failedConnections})`)} >= 5`,
    ].join('\n'),
    summary: `${caller} cannot connect to ${named}`,
    description: `${share} of the connections from ${caller} to ${named}{{ with $labels.destination_port }} port {{ . }}{{ end }} failed in the last 5m, refused or timed out.`,
  },
]

import { boardOf } from './board.ts'
import { edgesOverTime, edgesTable } from './edge-panels.ts'
import { uids } from './links.ts'
import { figure, goodWhenHigh, lines } from './panels.ts'
import { latency, perSecond, quantileOf, requests, requestsByClass, successRatio } from './queries.ts'
import { codes, failuresByReason, nowFigures, signalsOverTime } from './signals.ts'
import { internals, someOf } from './variables.ts'

const called = 'destination_namespace=~"$namespace", destination_service=~"$service"'

const received = { where: `direction="inbound", ${called}`, scope: "What arrives at the service's pods, whoever sent it." }
const fromCallers = {
  where: `direction="outbound", ${called}, destination_kind=~"$kinds"`,
  scope: 'Counted by the sidecars of its callers.',
}
const onward = {
  where: 'direction="outbound", source_namespace=~"$namespace", source_service=~"$service", destination_kind=~"$kinds"',
  scope: 'What the service sends to others; its pods are known by their label app.',
}

const callsNow = [
  figure({ title: 'Requests sent', says: `Requests per second. ${onward.scope}`, unit: 'reqps', width: 8 }, requests(onward)),
  figure(
    {
      title: 'Success of what it calls',
      says: `Share of requests without error (5xx). Low: the trouble is further on. ${onward.scope}`,
      unit: 'percentunit',
      width: 8,
    },
    successRatio(onward),
    { colours: goodWhenHigh },
  ),
  figure(
    { title: 'P90 of what it calls', says: `90 of 100 requests took at most so long. ${onward.scope}`, unit: 's', width: 8 },
    latency(0.9, onward),
  ),
]

const workloads = 'destination_namespace=~"$namespace"'
const byWorkloads = ['source_namespace', 'source_workload', 'destination_workload']
const pair = '{{source_namespace}}/{{source_workload}} → {{destination_workload}}'

/** They count the same requests again, so they stand alone. */
const fromWorkloads = [
  lines(
    {
      title: 'Requests between workloads',
      says: 'Requests per second to the workloads of this namespace: versions of one service stand apart. Empty: the sidecars have no request statistics.',
      unit: 'reqps',
      width: 8,
    },
    { [pair]: perSecond('mesh_workload_requests_total', { where: workloads, by: byWorkloads }) },
  ),
  lines(
    {
      title: 'By class of code',
      says: 'The same by the first digit of the response code. 5xx: look which version answers them.',
      unit: 'reqps',
      width: 8,
    },
    { '{{class}}': requestsByClass('mesh_workload_requests_total', { where: workloads }) },
    { stacked: true },
  ),
  lines(
    { title: 'P90 between workloads', says: '90 of 100 requests took at most so long, version by version.', unit: 's', width: 8 },
    { [pair]: quantileOf('mesh_workload_request_duration_seconds', 0.9, { where: workloads, by: byWorkloads }) },
  ),
]

/** A service is known by what it calls, or by those who call it. Internals are left out: nobody looks for them here. */
function knownNames(label: 'namespace' | 'service', where: (end: 'source' | 'destination') => string): string {
  const at = (end: 'source' | 'destination', more = '') =>
    `label_replace(mesh_connections_opened_total{${where(end)}${more}}, "name", "$1", "${end}_${label}", "(.+)")`
  return `query_result(group by (name) (${at('destination', ', destination_kind!="internal"')} or ${at('source')}))`
}

const nameOnly = '/name="([^"]+)"/'

export const service = boardOf({
  title: 'Service',
  says: 'One service, or whatever is chosen: what arrives, who calls it, what it calls.',
  uid: uids.service,
  variables: [
    someOf({ name: 'namespace', label: 'Namespace', query: knownNames('namespace', (end) => `${end}_namespace!=""`), regex: nameOnly }),
    someOf({
      name: 'service',
      label: 'Service',
      query: knownNames('service', (end) => `${end}_namespace=~"$namespace", ${end}_service!=""`),
      regex: nameOnly,
    }),
    internals(),
  ],
  rows: {
    'What arrives': nowFigures(received),
    'What arrives, over time': [...signalsOverTime(received), codes(received), failuresByReason(fromCallers)],
    'Who calls it': [edgesTable(fromCallers), ...edgesOverTime(fromCallers, '{{source_namespace}}/{{source}}')],
    'What it calls': [
      ...callsNow,
      edgesTable(onward),
      ...edgesOverTime(onward, '{{destination_namespace}}/{{destination}}'),
      failuresByReason(onward),
      codes(onward),
    ],
    'Workload to workload': fromWorkloads,
  },
})

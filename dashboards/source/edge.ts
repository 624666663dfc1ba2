import { boardOf } from './board.ts'
import { connectionPanels } from './connection-panels.ts'
import { edgesTable } from './edge-panels.ts'
import { uids } from './links.ts'
import { lines } from './panels.ts'
import { perSecond, quantileOf } from './queries.ts'
import { codes, failuresByReason, nowFigures, signalsOverTime } from './signals.ts'
import { internals, someOf } from './variables.ts'

/** Choices narrow down from the left to the right; what a later one leaves out is asked among what the earlier ones named. */
const calls = 'direction="outbound", destination_kind=~"$kinds"'
const source = `${calls}, source_namespace=~"$source_namespace", source_workload=~"$source_workload"`
const toService = `${source}, source_service=~"$source_service", destination_namespace=~"$destination_namespace", destination_service=~"$destination_service"`
const edgeCalls = {
  where: `${toService}, destination_port=~"$destination_port"`,
  scope: "Counted by the callers' sidecars, for the chosen edges.",
}

const known = (where: string, label: string) => `label_values(mesh_connections_opened_total{${where}}, ${label})`

const variables = [
  someOf({ name: 'source_namespace', label: 'From namespace', query: known(calls, 'source_namespace') }),
  someOf({
    name: 'source_workload',
    label: 'workload',
    query: known(`${calls}, source_namespace=~"$source_namespace"`, 'source_workload'),
  }),
  someOf({ name: 'source_service', label: 'service', query: known(source, 'source_service') }),
  someOf({ name: 'destination_namespace', label: 'To namespace', query: known(source, 'destination_namespace') }),
  someOf({
    name: 'destination_service',
    label: 'service',
    query: known(`${source}, destination_namespace=~"$destination_namespace"`, 'destination_service'),
  }),
  someOf({ name: 'destination_port', label: 'port', query: known(toService, 'destination_port') }),
  internals(),
]

/** The WASM statistics know workloads and no services: what the caller asks of other services of that namespace is in them too. */
const workloads =
  'source_namespace=~"$source_namespace", source_workload=~"$source_workload", destination_namespace=~"$destination_namespace|unknown"'
const answering = ['destination_namespace', 'destination_workload']

const byWorkload = [
  lines(
    {
      title: 'Which workload answers, whatever the service',
      says: 'Requests per second that the caller sends into the namespace, by the workload that answered. These statistics name no service: the chosen one and all others that the caller calls there are in it, so that the errors of one version may be those of another service. unknown: nobody answered. Empty: the sidecars have no request statistics.',
      unit: 'reqps',
    },
    {
      '{{destination_namespace}}/{{destination_workload}} {{response_code}}': perSecond('mesh_workload_requests_total', {
        where: workloads,
        by: [...answering, 'response_code'],
      }),
    },
  ),
  lines(
    {
      title: 'P90 by workload, whatever the service',
      says: '90 of 100 requests that the caller sends into the namespace took at most so long, by the workload that answered. These statistics name no service: the chosen one and all others that the caller calls there are in it. One slower than the others: look at its pods.',
      unit: 's',
    },
    {
      '{{destination_namespace}}/{{destination_workload}}': quantileOf('mesh_workload_request_duration_seconds', 0.9, {
        where: workloads,
        by: answering,
      }),
    },
  ),
]

export const edge = boardOf({
  title: 'Edge',
  says: 'One caller and one service, or whatever is chosen: everything that is known of the calls between them.',
  uid: uids.edge,
  variables,
  rows: {
    Now: nowFigures(edgeCalls),
    'Chosen edges': [edgesTable(edgeCalls)],
    Requests: [...signalsOverTime(edgeCalls), codes(edgeCalls), failuresByReason(edgeCalls)],
    Connections: connectionPanels(edgeCalls),
    'By the workload that answers: all that the caller calls in the namespace': byWorkload,
  },
})

import {
  chart,
  choiceParameter,
  type Column,
  foundParameter,
  grid,
  group,
  type Item,
  parameters,
  tabs,
  text,
  textParameter,
  timeParameter,
  when,
  workspaceParameter,
} from './parts.ts'

/** Calls between services: without what Envoy and the mesh talk of among themselves, and without what arrives (`|local`, before v0.11 `-local`), whose caller is not known. */
const callsOnly = [
  "| where Destination !in ('osm-controller', 'passthrough-outbound') and not(Destination startswith 'envoy-' and Destination endswith '-cluster')",
  "| where Destination !endswith '|local' and not(Destination !contains '|' and Destination endswith '-local')",
].join('\n')

const chosen = parameters('Parameters', [
  timeParameter('b3a1c0de-0001-4e5a-9c11-6d6573680001'),
  workspaceParameter('b3a1c0de-0002-4e5a-9c11-6d6573680002'),
  foundParameter('b3a1c0de-0003-4e5a-9c11-6d6573680003', 'Cluster', 'clusters'),
  foundParameter('b3a1c0de-0004-4e5a-9c11-6d6573680004', 'Namespace', 'namespaces'),
  choiceParameter('b3a1c0de-0005-4e5a-9c11-6d6573680005', 'Show', {
    label: 'Show',
    choices: { 'Calls between services': callsOnly, 'Everything that Envoy connects to': '| where true' },
  }),
  textParameter('b3a1c0de-0006-4e5a-9c11-6d6573680006', 'Table', {
    label: 'Table',
    value: 'OsmInsightsMetrics_CL',
    description: 'The table, or the function, that holds the rows. InsightsMetrics where Azure’s own agent carries them.',
  }),
  choiceParameter('b3a1c0de-0007-4e5a-9c11-6d6573680007', 'Origin', {
    label: 'Written by',
    choices: { 'mesh-telemetry': 'mesh-telemetry', 'Azure’s agent': 'container.azm.ms/telegraf' },
  }),
])

const caller: readonly Column[] = [
  { column: 'SourceNamespace', label: 'Namespace' },
  { column: 'Source', label: 'Caller' },
]
const destination: Column = { column: 'Destination', label: 'Destination' }
const requests: readonly Column[] = [
  { column: 'Requests', label: 'Requests', unit: 'count' },
  { column: 'Errors5xxPercent', label: 'Errors (5xx)', unit: 'percent' },
  { column: 'Not2xxPercent', label: 'Other than 2xx', unit: 'percent' },
]
const bytes: readonly Column[] = [
  { column: 'SentBytes', label: 'Sent', unit: 'bytes' },
  { column: 'ReceivedBytes', label: 'Received', unit: 'bytes' },
]
const connections: readonly Column[] = [
  { column: 'Opened', label: 'Opened', unit: 'count' },
  { column: 'Failed', label: 'Failed', unit: 'count' },
  { column: 'Active', label: 'Active at the end', unit: 'count' },
  ...bytes,
]

const noRequests = 'No HTTP requests in this time with this choice. Connections may have carried others than HTTP: see the other tab.'
const noConnections = 'No connections in this time with this choice.'

const requestsTab = group('Requests', when('Tab', 'Requests'), [
  grid('Requests by caller', {
    title: 'Callers: choose one to see whom it calls',
    query: 'requests-by-source',
    columns: [...caller, ...requests, ...bytes],
    exports: { Source: 'RequestsSource', SourceNamespace: 'RequestsNamespace' },
    noDataMessage: noRequests,
  }),
  group('Requests of a caller', when('RequestsSource'), [
    grid('Requests by destination', {
      title: 'Whom {RequestsNamespace}/{RequestsSource} calls: choose one to see it over time',
      query: 'requests-by-destination',
      columns: [
        destination,
        ...requests,
        { column: 'P50Ms', label: 'Latency P50', unit: 'milliseconds' },
        { column: 'P90Ms', label: 'Latency P90', unit: 'milliseconds' },
        { column: 'P99Ms', label: 'Latency P99', unit: 'milliseconds' },
      ],
      exports: { Destination: 'RequestsDestination' },
      noDataMessage: noRequests,
    }),
    group('Requests of a connection', when('RequestsDestination'), [
      text('Requests heading', '### {RequestsNamespace}/{RequestsSource} → {RequestsDestination}'),
      chart('Requests over time', { title: 'Requests per second', query: 'requests-over-time', visualization: 'timechart' }),
      chart('Latency over time', { title: 'Latency in milliseconds', query: 'latency-over-time', visualization: 'timechart' }),
      chart('Codes', { title: 'Answers by response code', query: 'codes', visualization: 'barchart' }),
    ]),
  ]),
])

const connectionsTab = group('Connections', when('Tab', 'Connections'), [
  grid('Connections by caller', {
    title: 'Callers: choose one to see where it connects to',
    query: 'connections-by-source',
    columns: [...caller, ...connections],
    exports: { Source: 'ConnectionsSource', SourceNamespace: 'ConnectionsNamespace' },
    noDataMessage: noConnections,
  }),
  group('Connections of a caller', when('ConnectionsSource'), [
    grid('Connections by destination', {
      title: 'Where {ConnectionsNamespace}/{ConnectionsSource} connects to: choose one to see it over time',
      query: 'connections-by-destination',
      columns: [destination, ...connections],
      exports: { Destination: 'ConnectionsDestination' },
      noDataMessage: noConnections,
    }),
    group('Connections over time', when('ConnectionsDestination'), [
      text('Connections heading', '### {ConnectionsNamespace}/{ConnectionsSource} → {ConnectionsDestination}'),
      chart('Opened and failed', { title: 'Connections per minute', query: 'connections-over-time', visualization: 'timechart' }),
      chart('Sent and received', { title: 'Bytes per second', query: 'bytes-over-time', visualization: 'timechart' }),
    ]),
  ]),
])

export interface Workbook {
  readonly version: string
  readonly items: readonly Item[]
  readonly $schema: string
}

/** OSM's workbook anew: Requests and Connections, from the callers to their destinations to one connection over time. */
export const serviceMesh: Workbook = {
  version: 'Notebook/1.0',
  items: [
    chosen,
    tabs('Tabs', 'Tab', { Requests: 'b3a1c0de-0011-4e5a-9c11-6d6573680011', Connections: 'b3a1c0de-0012-4e5a-9c11-6d6573680012' }),
    requestsTab,
    connectionsTab,
  ],
  $schema: 'https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json',
}

/** What the workbook's file says. */
export const workbookText = `${JSON.stringify(serviceMesh, null, 2)}\n`

import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'

/** Every panel and variable asks the data source that the dashboard's reader chose. */
export const datasource = { type: 'prometheus', uid: '${datasource}' }

/** The dashboards' first variable. */
export const datasourceVariable = () => new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus')

interface Choice {
  readonly name: string
  readonly label: string
  /** `label_values(…)` or `query_result(…)`. */
  readonly query: string
  /** Cuts the value out of what `query_result` answers. */
  readonly regex?: string
}

/** Some of what there is, or all, which is at first; to be compared by `=~`, and Grafana escapes what is chosen. All includes series without the label. */
export function someOf({ name, label, query, regex = '' }: Choice): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(datasource)
    .query(query)
    .definition(query)
    .regex(regex)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] })
}

interface Setting {
  readonly name: string
  readonly label: string
  /** What the reader sees, and what stands for it in queries; the first holds at first. */
  readonly values: Readonly<Record<string, string>>
}

export function setting({ name, label, values }: Setting): CustomVariableBuilder {
  const options = Object.entries(values).map(([text, value], i) => ({ selected: i === 0, text, value }))
  return new CustomVariableBuilder(name)
    .label(label)
    .values(
      Object.entries(values)
        .map((pair) => pair.join(' : '))
        .join(', '),
    )
    .options(options)
    .current(options[0] ?? { text: '', value: '' })
}

/** Traffic of the mesh itself (controller, probes, tracing) would drown what people look for. */
export const internals = () =>
  setting({ name: 'kinds', label: 'Mesh internals', values: { hidden: 'service|egress', shown: 'service|egress|internal' } })

export const before = () =>
  setting({ name: 'before', label: 'Compared with', values: { 'an hour ago': '1h', 'a day ago': '1d', 'a week ago': '7d' } })

/** Calls as the calling sidecars saw them, between the namespaces that the reader chose. */
export const chosenCalls =
  'direction="outbound", source_namespace=~"$calling_namespace", destination_namespace=~"$called_namespace", destination_kind=~"$kinds"'

const everyEdge = 'mesh_connections_opened_total{direction="outbound"}'

/** The variables of `chosenCalls`. */
export const chosenCallsVariables = () => [
  someOf({ name: 'calling_namespace', label: 'Calling namespace', query: `label_values(${everyEdge}, source_namespace)` }),
  someOf({ name: 'called_namespace', label: 'Called namespace', query: `label_values(${everyEdge}, destination_namespace)` }),
  internals(),
]

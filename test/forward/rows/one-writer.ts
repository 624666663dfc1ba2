import { rowOrigin } from '../../../src/model/row.ts'
import type { TableRow } from './row-table.ts'

/** What a row has while the function works on it. `null` is Kusto's. */
interface Working extends TableRow {
  readonly clusterId: string
  readonly begun: number | null
}

const idOf = ({ tags }: TableRow) => (tags['container.azm.ms/clusterId'] ?? '').toLowerCase()

/** Rows of ours; what the function makes of `OsmInsightsMetrics_CL`. */
const ours = (rows: readonly TableRow[]) => rows.filter(({ origin }) => origin === rowOrigin)

/**
 * The function that answers under the name InsightsMetrics, operator by operator: each with the words of `azure/functions/insights-metrics.kql` that it
 * stands for. Together they are its text, which a test holds them to.
 */
const agentSteps: readonly (readonly [
  kql: string,
  step: (rows: readonly Working[], begun: ReadonlyMap<string, number>) => readonly Working[],
])[] = [
  [
    "| extend ClusterId = iff(Name startswith 'envoy_cluster_upstream_', tolower(tostring(parse_json(Tags)['container.azm.ms/clusterId'])), '-')",
    (rows) => rows.map((row) => ({ ...row, clusterId: row.name.startsWith('envoy_cluster_upstream_') ? idOf(row) : '-' })),
  ],
  ['| lookup kind=leftouter begun on ClusterId', (rows, begun) => rows.map((row) => ({ ...row, begun: begun.get(row.clusterId) ?? null }))],
  [
    "| where isnull(Begun) or (TimeGenerated < Begun - 2m and Name != 'envoy_cluster_upstream_cx_active')",
    (rows) =>
      rows.filter(
        ({ begun, timeGeneratedMs, name }) =>
          begun === null || (timeGeneratedMs < begun - 120_000 && name !== 'envoy_cluster_upstream_cx_active'),
      ),
  ],
  [
    `| extend Tags = iff(isnull(Begun), Tags, replace_string(Tags, '"pod_name":"', '"pod_name":"agent:'))`,
    (rows) =>
      rows.map((row) => {
        const text = JSON.stringify(row.tags)
        const tags = row.begun === null ? text : text.replaceAll('"pod_name":"', '"pod_name":"agent:')
        return { ...row, tags: JSON.parse(tags) as TableRow['tags'] }
      }),
  ],
]

/** The function's text, without its first line, as the steps say it. */
export const functionText = [
  'let mesh = OsmInsightsMetrics_CL',
  `| where Origin == '${rowOrigin}'`,
  "| extend _ResourceId = tolower(tostring(parse_json(Tags)['container.azm.ms/clusterId']));",
  'let begun = mesh | summarize Begun = min(TimeGenerated) by ClusterId = _ResourceId;',
  "let agent = table('InsightsMetrics')",
  ...agentSteps.map(([kql]) => kql),
  '| project-away ClusterId, Begun;',
  'union isfuzzy=true agent, mesh',
  '',
].join('\n')

/** What the function answers: both tables under one name, within the range that is asked for. */
export function united(insightsMetrics: readonly TableRow[], table: readonly TableRow[]): TableRow[] {
  const mesh = ours(table)
  const begun = new Map<string, number>()
  for (const row of mesh) begun.set(idOf(row), Math.min(begun.get(idOf(row)) ?? Infinity, row.timeGeneratedMs))
  const agent = agentSteps.reduce<readonly Working[]>(
    (rows, [, step]) => step(rows, begun),
    insightsMetrics.map((row) => ({ ...row, clusterId: '', begun: null })),
  )
  return [
    ...agent.map(({ timeGeneratedMs, computer, origin, name, val, tags }) => ({ timeGeneratedMs, computer, origin, name, val, tags })),
    ...mesh,
  ]
}

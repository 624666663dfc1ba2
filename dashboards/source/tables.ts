import { TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common'
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import type { DashboardLink, DataTransformerConfig, DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { toEdge, toService } from './links.ts'
import { type Face, goodWhenLow, refId, thresholds } from './panels.ts'
import { edgeLabels } from './queries.ts'
import { datasource } from './variables.ts'

/** A column of figures. */
export interface Figures {
  readonly title: string
  readonly expr: string
  readonly unit: string
  /** Coloured as a share of errors. */
  readonly isErrorRatio?: boolean
}

export interface TableOf {
  /** Labels that name a row. */
  readonly labels: readonly string[]
  /** Each asked once, for the end of the shown time. */
  readonly figures: readonly Figures[]
  /** The title of the column that comes first is the highest. */
  readonly sortBy: string
}

const labelTitles: Readonly<Record<string, string>> = {
  source_namespace: 'From namespace',
  source_workload: 'From workload',
  source_service: 'From service',
  destination_namespace: 'To namespace',
  destination_service: 'To service',
  destination_port: 'Port',
}

/** Where a click on a name leads: to the edge too where the row names both its ends. */
function linksOf(label: string, labels: readonly string[]): readonly Builder<DashboardLink>[] {
  const [, end] = /^(source|destination)_(?:workload|service)$/.exec(label) ?? []
  if (end !== 'source' && end !== 'destination') return []
  const edge = edgeLabels.every((each) => labels.includes(each)) ? [toEdge('row')] : []
  return [...edge, toService('row', end)]
}

/** One row per set of labels, one column per figure, sorted by any column that is clicked. */
export function table(face: Face, { labels, figures, sortBy }: TableOf): TableBuilder {
  const { title, says, unit, width = 24, height = 9 } = face
  const panel = new TableBuilder().title(title).description(says).unit(unit).span(width).height(height).datasource(datasource)
  figures.forEach(({ expr }, i) => {
    const query = new DataqueryBuilder().datasource(datasource).refId(refId(i)).expr(expr)
    panel.withTarget(query.instant().format(PromQueryFormat.Table))
  })
  panel
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation(arranged(labels, figures))
    .filterable(true)
    .noValue('')
    .sortBy([new TableSortByFieldStateBuilder().displayName(sortBy).desc(true)])
  for (const figure of figures) panel.overrideByName(figure.title, propertiesOf(figure))
  for (const label of labels) {
    const links = linksOf(label, labels)
    if (links.length > 0) panel.overrideByName(titleOf(label), [{ id: 'links', value: links.map((link) => link.build()) }])
  }
  return panel
}

const titleOf = (label: string): string => labelTitles[label] ?? label

/** Names first, then figures, each under its title. Links go on by the labels' own names. */
function arranged(labels: readonly string[], figures: readonly Figures[]): DataTransformerConfig {
  const columns = [
    ...labels.map((label) => [label, titleOf(label)] as const),
    ...figures.map(({ title }, i) => [figures.length === 1 ? 'Value' : `Value #${refId(i)}`, title] as const),
  ]
  const options = {
    excludeByName: { Time: true },
    indexByName: Object.fromEntries(columns.map(([name], i) => [name, i])),
    renameByName: Object.fromEntries(columns),
  }
  return { id: 'organize', options }
}

function propertiesOf({ unit, isErrorRatio = false }: Figures): DynamicConfigValue[] {
  const coloured: DynamicConfigValue[] = [
    { id: 'thresholds', value: thresholds(goodWhenLow).build() },
    { id: 'custom.cellOptions', value: { type: 'color-text' } },
  ]
  return [{ id: 'unit', value: unit }, { id: 'decimals', value: unit === 'percentunit' ? 2 : 1 }, ...(isErrorRatio ? coloured : [])]
}

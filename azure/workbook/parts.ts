import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The parts of an Azure workbook, as far as ours needs them. Source of the forms: microsoft/Application-Insights-Workbooks, schema/workbook.json and the workbooks
 * of its gallery.
 */
export interface Item {
  readonly type: number
  readonly name: string
  readonly content: Readonly<Record<string, unknown>>
  readonly conditionalVisibility?: Condition
  readonly customWidth?: string
}

interface Condition {
  readonly parameterName: string
  readonly comparison: 'isEqualTo' | 'isNotEqualTo'
  readonly value?: string
}

/** Where a part is shown: with a word, when the parameter has it; without, when it has any. */
export const when = (parameterName: string, value?: string): Condition =>
  value === undefined ? { parameterName, comparison: 'isNotEqualTo' } : { parameterName, comparison: 'isEqualTo', value }

const workspaceType = 'microsoft.operationalinsights/workspaces'
const logs = { queryType: 0, resourceType: workspaceType, crossComponentResources: ['{Workspace}'], timeContextFromParameter: 'TimeRange' }

/** A query from kql/, where `{Name}` stands for the parameter of that name. What is asked over time takes steps of two minutes or more, since rows come once a minute. */
export const kql = (name: string): string => readFileSync(join(import.meta.dirname, 'kql', `${name}.kql`), 'utf8')

export interface Parameter {
  readonly id: string
  readonly name: string
  readonly label: string
  readonly type: number
  readonly [further: string]: unknown
}

const parameter = (fields: Parameter): Parameter => ({ version: 'KqlParameterItem/1.0', isRequired: true, isGlobal: true, ...fields })

/** The workspace that is asked: the first that can be seen. The Bicep file puts its own in the place of `value::1`. */
export const workspaceParameter = (id: string): Parameter =>
  parameter({
    id,
    name: 'Workspace',
    label: 'Workspace',
    type: 5,
    query: `resources | where type =~ '${workspaceType}' | project id | order by id asc`,
    crossComponentResources: ['value::all'],
    queryType: 1,
    resourceType: 'microsoft.resourcegraph/resources',
    typeSettings: { resourceTypeFilter: { [workspaceType]: true }, additionalResourceOptions: [], showDefault: false },
    value: 'value::1',
  })

const minuteMs = 60_000

export const timeParameter = (id: string): Parameter => {
  const selectableValues = [30, 60, 240, 720, 1440, 2880, 10_080, 43_200].map((minutes) => ({ durationMs: minutes * minuteMs }))
  const typeSettings = { selectableValues, allowCustom: true }
  return parameter({ id, name: 'TimeRange', label: 'Time range', type: 4, typeSettings, value: { durationMs: 60 * minuteMs } })
}

export const textParameter = (
  id: string,
  name: string,
  { label, value, description }: Record<'label' | 'value' | 'description', string>,
): Parameter => parameter({ id, name, label, description, type: 1, value })

/** One of a few words: the label is shown, the value stands in the queries. The first is chosen. */
export const choiceParameter = (
  id: string,
  name: string,
  { label, choices }: { label: string; choices: Readonly<Record<string, string>> },
): Parameter => {
  const options = Object.entries(choices).map(([choice, value], at) => ({ value, label: choice, selected: at === 0 }))
  return parameter({
    id,
    name,
    label,
    type: 2,
    typeSettings: { additionalResourceOptions: [], showDefault: false },
    jsonData: JSON.stringify(options),
  })
}

/** One of the words that a query finds. */
export const foundParameter = (id: string, name: string, query: string): Parameter =>
  parameter({
    id,
    name,
    label: name,
    type: 2,
    typeSettings: { additionalResourceOptions: [], showDefault: false },
    value: '<All>',
    query: kql(query),
    ...logs,
  })

export const parameters = (name: string, list: readonly Parameter[]): Item => ({
  type: 9,
  name,
  content: {
    version: 'KqlParameterItem/1.0',
    parameters: list,
    style: 'pills',
    queryType: 0,
    resourceType: workspaceType,
    crossComponentResources: ['{Workspace}'],
  },
})

/** Tabs by their id; the chosen one's name is the parameter's value. */
export const tabs = (name: string, parameterName: string, ids: Readonly<Record<string, string>>): Item => ({
  type: 11,
  name,
  content: {
    version: 'LinkItem/1.0',
    style: 'tabs',
    links: Object.entries(ids).map(([tab, id]) => ({
      id,
      cellValue: parameterName,
      linkTarget: 'parameter',
      linkLabel: tab,
      subTarget: tab,
      style: 'link',
    })),
  },
})

export const text = (name: string, json: string): Item => ({ type: 1, name, content: { json } })

export const group = (name: string, visible: Condition, items: readonly Item[]): Item => ({
  type: 12,
  name,
  content: { version: 'NotebookGroup/1.0', groupType: 'editable', items },
  conditionalVisibility: visible,
})

/** A unit by the number that workbooks give it. */
const units = { count: 17, percent: 1, bytes: 2, milliseconds: 23 }
type Unit = keyof typeof units

export interface Column {
  readonly column: string
  readonly label: string
  readonly unit?: Unit
}

export interface Grid {
  readonly title: string
  readonly query: string
  readonly columns: readonly Column[]
  /** Parameters that a chosen row sets, by the column whose word they take. */
  readonly exports?: Readonly<Record<string, string>>
  readonly noDataMessage: string
}

const formatter = ({ column, unit }: Column) =>
  unit === undefined
    ? { columnMatch: `^${column}$`, formatter: 1 }
    : {
        columnMatch: `^${column}$`,
        formatter: 0,
        numberFormat: { unit: units[unit], options: { style: 'decimal', maximumFractionDigits: unit === 'count' ? 0 : 2 } },
      }

export const grid = (name: string, { title, query, columns, exports = {}, noDataMessage }: Grid): Item => ({
  type: 3,
  name,
  content: {
    version: 'KqlItem/1.0',
    query: kql(query),
    title,
    size: 3,
    noDataMessage,
    ...logs,
    visualization: 'table',
    exportedParameters: Object.entries(exports).map(([fieldName, parameterName]) => ({ fieldName, parameterName, parameterType: 1 })),
    gridSettings: {
      filter: true,
      formatters: columns.map(formatter),
      labelSettings: columns.map(({ column, label }) => ({ columnId: column, label })),
    },
  },
})

export interface Chart {
  readonly title: string
  readonly query: string
  readonly visualization: 'timechart' | 'barchart'
}

/** A chart, half as wide as the page. */
export const chart = (name: string, { title, query, visualization }: Chart): Item => ({
  type: 3,
  name,
  content: {
    version: 'KqlItem/1.0',
    query: kql(query),
    title,
    size: 1,
    noDataMessage: 'Nothing moved in this time.',
    ...logs,
    visualization,
  },
  customWidth: '50',
})

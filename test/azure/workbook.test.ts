import { describe, expect, it } from 'vitest'
import { rowOrigin } from '../../src/model/row.ts'
import type { Item, Parameter } from '../../azure/workbook/parts.ts'
import { serviceMesh, workbookText } from '../../azure/workbook/service-mesh.ts'
import { analysed } from './kql.ts'
import { queries, read, workspace } from './shipped.ts'

const withInner = (items: readonly Item[]): readonly Item[] =>
  items.flatMap((item) => [item, ...withInner((item.content['items'] ?? []) as readonly Item[])])
const items = withInner(serviceMesh.items)
const parameters = items.flatMap(({ content }) => (content['parameters'] ?? []) as readonly Parameter[])
const exportsOf = ({ content }: Item) =>
  (content['exportedParameters'] ?? []) as readonly { readonly fieldName: string; readonly parameterName: string }[]
const asking = items.filter(({ type }) => type === 3)
const queryOf = ({ content }: Item) => String(content['query'])

const choices = (name: string) => {
  const found = parameters.find((parameter) => parameter.name === name)?.['jsonData']
  return JSON.parse(typeof found === 'string' ? found : '[]') as readonly {
    readonly value: string
    readonly label: string
    readonly selected: boolean
  }[]
}

/** What the workbook puts in the place of its parameters when it is opened, and a caller and a destination are chosen. */
const opened: Readonly<Record<string, string>> = {
  ...Object.fromEntries(parameters.map(({ name, value }) => [name, String(value)])),
  ...Object.fromEntries(['Show', 'Origin'].map((name) => [name, choices(name).find(({ selected }) => selected)?.value ?? ''])),
  ...Object.fromEntries(asking.flatMap(exportsOf).map(({ parameterName, fieldName }) => [parameterName, `a ${fieldName}`])),
  'TimeRange:grain': '5m',
}
const filled = (query: string, values = opened) => query.replaceAll(/\{([\w:]+)\}/g, (all, name: string) => values[name] ?? all)

it('service-mesh.workbook is what its source makes (else: npm run azure)', () => {
  expect(read('service-mesh.workbook')).toBe(workbookText)
})

it('has the tabs of OSM’s workbook, each with its part', () => {
  const tabs = items.find(({ type }) => type === 11)?.content['links'] as readonly { readonly subTarget: string }[]
  const shown = serviceMesh.items.filter(({ type }) => type === 12).map(({ conditionalVisibility }) => conditionalVisibility)
  expect(tabs.map(({ subTarget }) => subTarget)).toEqual(['Requests', 'Connections'])
  expect(shown).toEqual(tabs.map(({ subTarget }) => ({ parameterName: 'Tab', comparison: 'isEqualTo', value: subTarget })))
})

it('has names and ids that are its own', () => {
  const ids = [
    ...parameters.map(({ id }) => id),
    ...items.flatMap(({ content }) => (content['links'] ?? []) as { id: string }[]).map(({ id }) => id),
  ]
  expect(new Set(items.map(({ name }) => name)).size).toBe(items.length)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.filter((id) => !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(id))).toEqual([])
})

it('is asked for one table, of one writer, in one workspace', () => {
  expect(opened).toMatchObject({ Table: 'OsmInsightsMetrics_CL', Origin: rowOrigin, Workspace: 'value::1' })
  expect(workbookText.match(/value::1/g)).toHaveLength(1)
  expect(asking.map(({ content }) => content['crossComponentResources'])).toEqual(asking.map(() => ['{Workspace}']))
  expect(asking.filter((item) => !queryOf(item).includes("{Table}\n| where Origin == '{Origin}'"))).toEqual([])
})

it('uses every query in its folder', () => {
  const used = [...asking.map(queryOf), ...parameters.map(({ query }) => query)]
  const shipped = Object.entries(queries).filter(([file]) => file.startsWith('workbook/'))
  expect(shipped.filter(([, query]) => !used.includes(query)).map(([file]) => file)).toEqual([])
})

it.each(parameters.filter(({ query, queryType }) => query !== undefined && queryType === 0))(
  '$name can be chosen from what the table holds',
  ({ name, query }) => {
    expect(analysed(filled(String(query)), workspace)).toEqual({ problems: [], columns: [name] })
  },
)

it('leads from callers to destinations to one connection over time', () => {
  const chosen = new Set(['Tab'])
  for (const item of items) {
    const { parameterName = 'Tab' } = item.conditionalVisibility ?? {}
    expect(chosen).toContain(parameterName)
    for (const exported of exportsOf(item)) chosen.add(exported.parameterName)
  }
  expect([...chosen].toSorted()).toEqual(
    ['Connections', 'Requests'].flatMap((tab) => [`${tab}Destination`, `${tab}Namespace`, `${tab}Source`]).concat('Tab'),
  )
})

describe.each(asking.map((item) => [item.name, item] as const))('%s', (_name, item) => {
  const query = queryOf(item)

  it.each(choices('Show'))('can be asked for $label', ({ value }) => {
    const asked = filled(query, { ...opened, Show: value })
    expect(asked).not.toMatch(/\{[\w:]+\}/)
    expect(analysed(asked, workspace).problems).toEqual([])
  })

  it('names parameters that exist', () => {
    expect(filled(`${String(item.content['title'])} ${query}`)).not.toMatch(/\{[\w:]+\}/)
  })

  it('shows what its query answers', () => {
    const { columns } = analysed(filled(query), workspace)
    const settings = item.content['gridSettings'] as { readonly labelSettings: readonly { readonly columnId: string }[] } | undefined
    if (settings) expect(settings.labelSettings.map(({ columnId }) => columnId)).toEqual(columns)
    expect(exportsOf(item).filter(({ fieldName }) => !columns.includes(fieldName))).toEqual([])
  })
})

it('hides what is no call between services, unless everything is asked for', () => {
  const [calls = '', everything] = choices('Show').map(({ value }) => value)
  expect(everything).toBe('| where true')
  for (const word of ["'osm-controller'", "'passthrough-outbound'", "startswith 'envoy-'", "endswith '|local'", "endswith '-local'"])
    expect(calls).toContain(word)
})

import { describe, expect, it } from 'vitest'
import { rowOrigin } from '../../src/model/row.ts'
import { analysed } from './kql.ts'
import { queries, workspace } from './shipped.ts'

const complete = Object.entries(queries).filter(([file]) => !file.startsWith('workbook/'))

it.each(complete)('azure/%s can be run on the table that main.bicep makes', (_file, query) => {
  expect(analysed(query, workspace).problems).toEqual([])
})

it.each(Object.entries(queries))('azure/%s says in its first line what it answers', (_file, query) => {
  expect(query).toMatch(/^\/\/ [A-Z].{20,}\.\n(?!\/\/)/)
})

it('the guide’s own query stands as the guide has it, and answers for namespaces too', () => {
  const words = queries['queries/arc-guide.kql']?.split('\n').slice(1).join(' ').trim()
  expect(words).toBe('InsightsMetrics | where Name contains "envoy" | extend t = parse_json(Tags) | where t.app == "namespace1"')
  expect(queries['queries/arc-guide-by-namespace.kql']).toContain('t.namespace == "namespace1"')
})

describe('the function', () => {
  const united = queries['functions/insights-metrics.kql'] ?? ''

  it('has every column of InsightsMetrics, and one Origin for the mesh', () => {
    const { columns } = analysed(united, workspace)
    expect(columns).toEqual(analysed('InsightsMetrics', workspace).columns)
    expect(united).toContain(`Origin == '${rowOrigin}'`)
  })

  it('reads the table behind its own name', () => {
    const statements = united.split('\n').slice(1).join('\n').replaceAll('OsmInsightsMetrics_CL', '')
    expect(statements.match(/.*InsightsMetrics.*/g)).toEqual(["let agent = table('InsightsMetrics')"])
  })
})

it('metrics are asked for by their whole name, so that one is not taken for another', () => {
  const ours = Object.entries(queries).filter(([file]) => !file.startsWith('queries/arc-guide'))
  expect(ours.filter(([, query]) => /Name contains/.test(query)).map(([file]) => file)).toEqual([])
})

describe('the judge', () => {
  it.each([
    ['InsightsMetrics | where Nme == "x"', 'Nme'],
    ['InsightsMetric | take 1', 'InsightsMetric'],
    ['InsightsMetrics | summarize sm(Val) by Tags', 'sm'],
    ['InsightsMetrics | extend sum = Val + Tags', 'operand types'],
    ['InsightsMetrics | where', 'Missing'],
    ['OsmInsightsMetrics_CL | project AgentId', 'AgentId'],
  ])('refuses %s', (query, about) => {
    expect(analysed(query, workspace).problems.join('\n')).toContain(about)
  })
})

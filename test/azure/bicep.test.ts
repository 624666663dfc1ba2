import { describe, expect, it } from 'vitest'
import { analysed } from './kql.ts'
import { bicep, columns, queries, read, workspace } from './shipped.ts'

const loaded = [...bicep.matchAll(/loadTextContent\('([^']+)'\)/g)].map(([, file = '']) => file)
const listed = [...bicep.matchAll(/\{ name: '([^']+)', title: '([^']+)', query: loadTextContent\('([^']+)'\) \}/g)]
/** Each alert's own lines. */
const alerts = [...bicep.matchAll(/ {2}\{\n {4}name: '(?<name>[\w-]+)'\n(?<rest>[^]*?)\n {2}\}/g)].map(({ groups }) => ({
  name: groups?.['name'] ?? '',
  rest: groups?.['rest'] ?? '',
}))

it('makes the columns of InsightsMetrics that a row carries, for the table and for the way in', () => {
  expect(columns).toEqual({
    TimeGenerated: 'datetime',
    Computer: 'string',
    Origin: 'string',
    Namespace: 'string',
    Name: 'string',
    Tags: 'string',
    Val: 'real',
  })
  expect(bicep.match(/columns: columns\n/g)).toHaveLength(2)
})

it('deploys every query, every alert, the function and the workbook, each once', () => {
  const files = Object.keys(queries).filter((file) => !file.startsWith('workbook/'))
  expect(loaded.toSorted()).toEqual([...files, 'service-mesh.workbook'].toSorted())
})

it('gives a saved query the name of its file', () => {
  expect(listed.length).toBeGreaterThan(10)
  expect(listed.filter(([, name, , file]) => file !== `queries/${name}.kql`)).toEqual([])
})

it('puts the chosen table in the place of the one that the queries are written for', () => {
  expect(bicep).toContain("var writtenFor = 'OsmInsightsMetrics_CL'")
  expect(bicep).toContain("param tableName string = 'OsmInsightsMetrics_CL'")
  expect(bicep.match(/replace\(.*, writtenFor, tableName\)/g)).toHaveLength(4)
})

describe.each(alerts)('the alert $name', ({ name, rest }) => {
  const field = (key: string) => rest.match(new RegExp(`^ {4}${key}: '?([^'\n]+)`, 'm'))?.[1]
  const answer = analysed(queries[`alerts/${name}.kql`] ?? '', workspace).columns
  const dimensions = { perCluster: ['Cluster'], perConnection: ['Cluster', 'SourceNamespace', 'Source', 'Destination'] }[
    field('dimensions') ?? ''
  ]

  it('measures a column of its query, for each of the others', () => {
    expect(answer.toSorted()).toEqual([...(dimensions ?? []), field('measure') ?? ''].toSorted())
  })

  it('says in words from when on it is raised', () => {
    expect(field('description')).toMatch(/\.$/)
    expect(Number(field('above'))).toBeGreaterThan(0)
    expect(field('window')).toMatch(/^P(?:T\d+M|1D)$/)
  })
})

it('has alerts', () => {
  expect(alerts.map(({ name }) => name)).toEqual(['failing-calls', 'slow-calls', 'failed-connections', 'silent-clusters'])
})

it('README.md names every query and what it answers', () => {
  const page = read('README.md')
  const answers = Object.entries(queries)
    .filter(([file]) => file.startsWith('queries/'))
    .map(([file, query]) => `| [${file.slice(8, -4)}](${file}) | ${query.split('\n', 1)[0]?.slice(3)} |`)
  expect(answers.filter((line) => !page.includes(line))).toEqual([])
})

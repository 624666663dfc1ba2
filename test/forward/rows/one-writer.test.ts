import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MadeUpMesh } from './made-up-mesh.ts'
import { functionText, united } from './one-writer.ts'
import { clusterId, type TableRow } from './row-table.ts'
import { answers } from './workbook-answers.ts'
import type { Range } from './workbook.ts'

const minuteMs = 60_000
type Writers = MadeUpMesh['writers']

const known = new Map<string, ReturnType<typeof made>>()

/** Two phases of fifty minutes with different writers; between them and at every fifth minute nothing happens. */
function twoPhases(first: Writers, second: Writers, seed = 1) {
  const key = JSON.stringify([first, second, seed])
  const phases = known.get(key) ?? made(first, second, seed)
  known.set(key, phases)
  return phases
}

function made(first: Writers, second: Writers, seed: number) {
  const mesh = new MadeUpMesh(seed, { isCalm: true })
  const startMs = mesh.table.mesh.clock.wallMs()
  mesh.writers = first
  mesh.run(50).run(1)
  mesh.writers = second
  mesh.run(50)
  const range = (from: number, to: number): Range => ({ fromMs: startMs + from * minuteMs, toMs: startMs + to * minuteMs })
  return { mesh, ranges: { first: range(10, 45), second: range(56, 96), both: range(15, 91), nearlyAll: range(5, 96) } }
}

/** What is asked of the function: it sees the rows of the range that a query asks for, and no others. */
function asked({ agentRows, table }: MadeUpMesh, { fromMs, toMs }: Range): TableRow[] {
  const within = (rows: readonly TableRow[]) => rows.filter(({ timeGeneratedMs: time }) => time >= fromMs && time <= toMs)
  return united(within(agentRows), within(table.table))
}

it('the function is what is evaluated here, operator by operator', () => {
  const kql = readFileSync(new URL('../../../azure/functions/insights-metrics.kql', import.meta.url), 'utf8')
  expect(kql.slice(kql.indexOf('\n') + 1)).toBe(functionText)
})

describe("the workbook's formulas find what is true under the name InsightsMetrics, and never twice, where", () => {
  it.each<[string, Writers, Writers]>([
    ['both write the whole time', ['agent', 'ours'], ['agent', 'ours']],
    ['the agent is switched off half-way', ['agent', 'ours'], ['ours']],
    ['ours begin half-way', ['agent'], ['agent', 'ours']],
    ['the agent hands over to ours', ['agent'], ['ours']],
    ['there is only the agent', ['agent'], ['agent']],
    ['there are only ours', ['ours'], ['ours']],
  ])('%s', (_, first, second) => {
    const { mesh, ranges } = twoPhases(first, second)
    for (const range of Object.values(ranges)) {
      const { says, isTrue } = answers(mesh, asked(mesh, range), range)
      expect(says).toEqual(isTrue)
    }
  })

  it('of two clusters each has another writer', () => {
    const [shop, bank] = [twoPhases(['ours'], ['ours']), twoPhases(['agent'], ['agent'], 2)]
    const other = `${clusterId}-of-the-bank`
    const bankRows = bank.mesh.agentRows.map((row): TableRow => ({ ...row, tags: { ...row.tags, 'container.azm.ms/clusterId': other } }))
    const table = united(bankRows, shop.mesh.table.table)
    for (const [id, { mesh, ranges }] of Object.entries({ [clusterId]: shop, [other]: bank })) {
      const ofCluster = table.filter(({ tags }) => tags['container.azm.ms/clusterId'] === id)
      const { says, isTrue } = answers(mesh, ofCluster, ranges.both)
      expect(says).toEqual(isTrue)
    }
    expect(table.filter(({ tags }) => tags['container.azm.ms/clusterId'] === other)).toEqual(bankRows)
  })

  it('the agent counts what is no figure of Envoy, whoever else writes', () => {
    const { mesh, ranges } = twoPhases(['agent', 'ours'], ['ours'])
    const [row] = mesh.agentRows
    const disk = { ...row, name: 'used_percent' } as TableRow
    expect(united([disk], asked(mesh, ranges.both))).toContainEqual(disk)
  })
})

it('with all rows of both under one name it would be counted wrong', () => {
  const { mesh, ranges } = twoPhases(['agent', 'ours'], ['agent', 'ours'])
  const all = [...mesh.agentRows, ...mesh.table.table]
  const { says, isTrue } = answers(mesh, all, ranges.both)
  expect(says).not.toEqual(isTrue)
})

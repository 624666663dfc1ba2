import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { rowOrigin } from '../../../src/model/row.ts'
import { MadeUpMesh, randomOf, rangeOf } from './made-up-mesh.ts'
import type { TableRow } from './row-table.ts'
import { activeConnections, connections, p90, type Range, requestsByClass, requestsByCode } from './workbook.ts'

const minutes = 100

function rangesOver(seed: number) {
  const mesh = new MadeUpMesh(seed)
  const startMs = mesh.table.mesh.clock.wallMs()
  mesh.run(minutes)
  const random = randomOf(seed + 1_000)
  return { mesh, ranges: Array.from({ length: 20 }, () => rangeOf(random, { startMs, minutes })) }
}

const routeOf = ({ app, to }: { readonly app: string; readonly to: string }) => `${app} ${app} > ${to}`

/** What the workbook says and what is true, under the same words. */
function answers(mesh: MadeUpMesh, table: readonly TableRow[], range: Range) {
  const bounds = [10, 500, 1_800_000, Infinity]
  const totals = mesh.truth(range, routeOf)
  const within = (bound: number) => mesh.truth(range, (one) => (one.ms <= bound ? routeOf(one) : undefined))
  const smallest = (route: string, total: number) => bounds.find((bound) => (within(bound).get(route) ?? 0) >= 0.9 * total)
  const doubled = new Map([...totals].map(([route, total]) => [route, total * 2]))
  return {
    says: {
      byClass: requestsByClass(table, range),
      byCode: requestsByCode(table, range),
      opened: connections(table, range, 'cx_total'),
      failed: connections(table, range, 'cx_connect_fail'),
      active: activeConnections(table, range),
      p90: p90(table, range),
    },
    isTrue: {
      byClass: mesh.truth(range, (one) => `${routeOf(one)} ${one.code.slice(0, 1)}`),
      byCode: mesh.truth(range, (one) => `${routeOf(one)} ${one.code}`),
      opened: doubled,
      failed: mesh.truth(range, (one) => (one.code === '503' ? routeOf(one) : undefined)),
      // Of each application there are always three pods, with one connection each.
      active: new Map([...totals.keys()].map((route) => [route, 3])),
      p90: new Map([...totals].map(([route, total]) => [route, String(smallest(route, total))])),
    },
  }
}

describe("the workbook's formulas", () => {
  it.each([1, 2, 3, 4, 5, 6])('find what is true of any half hour or more, whatever restarts, comes and goes (%i)', (seed) => {
    const { mesh, ranges } = rangesOver(seed)
    const { table } = mesh.table
    for (const range of ranges) {
      const { says, isTrue } = answers(mesh, table, range)
      expect(says).toEqual(isTrue)
    }
  })

  it('find it in a table that holds the rows of Azure’s agent too, where one writer is asked for, and only there', () => {
    const { mesh, ranges } = rangesOver(7)
    const both = [...mesh.agentRows, ...mesh.table.table].sort((a, b) => a.timeGeneratedMs - b.timeGeneratedMs)
    const ours = both.filter(({ origin }) => origin === rowOrigin)
    for (const range of ranges) {
      const { says, isTrue } = answers(mesh, ours, range)
      expect(says).toEqual(isTrue)
    }
    const wrong = ranges.filter((range) => {
      const { says, isTrue } = answers(mesh, both, range)
      return !isDeepStrictEqual(says.byCode, isTrue.byCode)
    })
    expect(wrong).not.toEqual([])
  })
})

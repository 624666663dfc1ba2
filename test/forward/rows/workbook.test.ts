import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { rowOrigin } from '../../../src/model/row.ts'
import { MadeUpMesh, randomOf, rangeOf } from './made-up-mesh.ts'
import { answers } from './workbook-answers.ts'

const minutes = 100

function rangesOver(seed: number, { fidelity = 'full', writers }: { fidelity?: 'full' | 'compact'; writers: MadeUpMesh['writers'] }) {
  const mesh = new MadeUpMesh(seed, { fidelity })
  mesh.writers = writers
  const startMs = mesh.table.mesh.clock.wallMs()
  mesh.run(minutes)
  const random = randomOf(seed + 1_000)
  return { mesh, ranges: Array.from({ length: 20 }, () => rangeOf(random, { startMs, minutes })) }
}

describe("the workbook's formulas", () => {
  it.each([
    [1, 'full'],
    [2, 'full'],
    [1, 'compact'],
    [5, 'compact'],
  ] as const)('find what is true of any half hour or more, whatever restarts, comes and goes (%i, %s)', (seed, fidelity) => {
    const { mesh, ranges } = rangesOver(seed, { fidelity, writers: ['ours'] })
    const { table } = mesh.table
    for (const range of ranges) {
      const { says, isTrue } = answers(mesh, table, range)
      expect(says).toEqual(isTrue)
    }
  })

  it('find it in a table that holds the rows of Azure’s agent too, where one writer is asked for, and only there', () => {
    const { mesh, ranges } = rangesOver(7, { writers: ['agent', 'ours'] })
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

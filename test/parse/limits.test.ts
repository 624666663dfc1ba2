import { describe, expect, it } from 'vitest'
import { createParser } from '../../src/parse/template-parser.ts'
import { Problem } from '../../src/runtime/problem.ts'
import { wanted } from './pages.ts'

/** A page of so many series, `envoy_server_live` among them. */
const sidecar = (name: string, series: number) =>
  `# TYPE envoy_server_live gauge\nenvoy_server_live{} 1\n# TYPE envoy_cluster_upstream_rq_total counter\n${Array.from(
    { length: series - 1 },
    (_, i) => `envoy_cluster_upstream_rq_total{envoy_cluster_name="${name}${i}"} 5\n`,
  ).join('')}`

/** What becomes of a target's page: how many series were read, or the code that it is refused with. */
function reading(limits: Parameters<typeof createParser>[0]) {
  const parser = createParser(limits)
  const read = (id: string, text: string) => {
    try {
      return parser.read({ id, wanted, body: Buffer.from(text) }).shape.series.length
    } catch (error) {
      return error instanceof Problem ? error.kind.code : String(error)
    }
  }
  return { parser, read }
}

describe('the series of all targets together', () => {
  it('have a limit: who is known stays, who comes is refused whole until others leave', () => {
    const { parser, read } = reading({ totalSeriesLimit: 100 })
    expect([read('a', sidecar('x', 50)), read('b', sidecar('x', 45)), read('c', sidecar('x', 10))]).toEqual([50, 45, 'no_room_for_series'])
    expect(read('d', sidecar('x', 5)), 'who fits is taken').toBe(5)
    expect([read('a', sidecar('x', 50)), read('b', sidecar('y', 45))]).toEqual([50, 45])
    parser.forget('b')
    expect([read('c', sidecar('x', 10)), read('b', sidecar('y', 45))]).toEqual([10, 'no_room_for_series'])
  })

  it('refuse a known target what it would grow by, and leave it what it had', () => {
    const { read } = reading({ totalSeriesLimit: 100 })
    read('a', sidecar('x', 50))
    read('b', sidecar('x', 45))
    expect(read('b', sidecar('x', 51))).toBe('no_room_for_series')
    expect([read('b', sidecar('x', 45)), read('b', sidecar('z', 50)), read('a', sidecar('x', 50))]).toEqual([45, 50, 50])
  })
})

describe('the names of all targets together', () => {
  it('have a limit of their own: pages that look alike count once', () => {
    const { parser, read } = reading({ distinctSeriesLimit: 100 })
    for (let i = 0; i < 50; i++) expect(read(`same-${i}`, sidecar('x', 60))).toBe(60)
    expect(read('other', sidecar('y', 41))).toBe('no_room_for_series')
    expect(read('fits', sidecar('z', 40))).toBe(40)
    for (let i = 0; i < 49; i++) parser.forget(`same-${i}`)
    expect(read('other', sidecar('y', 41)), 'one that looks so is left').toBe('no_room_for_series')
    parser.forget('same-49')
    expect(read('other', sidecar('y', 41))).toBe(41)
  })

  it('let a target change its own', () => {
    const { read } = reading({ distinctSeriesLimit: 100 })
    for (const name of ['x', 'y', 'z']) expect(read('a', sidecar(name, 100))).toBe(100)
    expect(read('a', sidecar('x', 101))).toBe('no_room_for_series')
  })

  it('cost hardly any time when they have no room: such pages are looked into once in a while only', () => {
    const { read } = reading({ distinctSeriesLimit: 100 })
    read('a', sidecar('x', 90))
    const answers = [read('b', sidecar('y', 20)), ...Array.from({ length: 16 }, () => read('b', sidecar('y', 5)))]
    expect(answers.indexOf(5), 'that it names less by now is found').toBe(8)
    expect(answers.slice(9)).toEqual(Array.from({ length: 8 }, () => 5))
  })

  it('keep nothing of pages that are refused: all is free again when those leave that were taken', () => {
    const { parser, read } = reading({ distinctSeriesLimit: 100, totalSeriesLimit: 1_000 })
    read('a', sidecar('x', 90))
    for (let i = 0; i < 500; i++) read(`b${i % 50}`, sidecar(`y${i}-`, 50))
    parser.forget('a')
    expect([read('b0', sidecar('new', 50)), read('c', sidecar('newer', 50)), read('d', sidecar('newest', 2))]).toEqual([
      50,
      50,
      'no_room_for_series',
    ])
  })
})

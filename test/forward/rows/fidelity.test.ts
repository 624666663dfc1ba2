import { describe, expect, it } from 'vitest'
import { page, rq, uptime } from '../../aggregate/page-words.ts'
import { randomOf } from './made-up-mesh.ts'
import { RowTable, type TableRow } from './row-table.ts'
import { ShiftingMesh } from './shifting-mesh.ts'
import {
  activeConnections,
  callers,
  connections,
  latencyOverTime,
  p90,
  type Range,
  requestsByClass,
  requestsByCode,
  successOverTime,
} from './workbook.ts'

const halfHourMs = 30 * 60_000
const binMs = 60_000

/** Every figure of the workbook, a line each. */
function answers(table: readonly TableRow[], range: Range): ReadonlySet<string> {
  const figures = {
    byClass: requestsByClass(table, range),
    byCode: requestsByCode(table, range),
    opened: connections(table, range, 'cx_total'),
    failed: connections(table, range, 'cx_connect_fail'),
    sent: connections(table, range, 'cx_tx_bytes_total'),
    p90: p90(table, range),
    latency: latencyOverTime(table, range, binMs),
    success: successOverTime(table, range, binMs),
  }
  const lines = Object.entries(figures).flatMap(([figure, byKey]) => [...byKey].map(([key, val]) => `${figure} ${key}: ${val}`))
  return new Set([...callers(table, range), ...lines])
}

/** What only one of them says. */
const difference = (a: ReadonlySet<string>, b: ReadonlySet<string>) => ({ first: [...a.difference(b)], second: [...b.difference(a)] })

/** Both tables of one mesh, and random ranges in them. */
class Compared {
  readonly full: readonly TableRow[]
  readonly compact: readonly TableRow[]
  readonly #mesh: ShiftingMesh
  readonly #random: (below: number) => number
  readonly #written: Float64Array

  constructor(seed: number) {
    this.#random = randomOf(seed + 1_000)
    this.#mesh = new ShiftingMesh(seed).run(5, { isIdle: true }).run(60).run(75, { isIdle: true }).run(45).run(10, { isIdle: true })
    this.full = this.#mesh.full.table
    this.compact = this.#mesh.compact.table
    this.#written = Float64Array.from(new Set(this.full.map(({ timeGeneratedMs }) => timeGeneratedMs))).sort()
  }

  /** Half an hour or more, between moments that may be anything. */
  range(): Range {
    const [first = 0, last = 0] = [this.#mesh.rounds[0], this.#mesh.rounds.at(-1)]
    const fromMs = first + this.#random(last - first - halfHourMs)
    return { fromMs, toMs: fromMs + halfHourMs + this.#random(last - fromMs - halfHourMs) }
  }

  /** By route, as it truly is at the end. */
  open({ toMs }: Range): ReadonlyMap<string, number> | undefined {
    return this.#mesh.open[this.#mesh.rounds.findLastIndex((ms) => ms <= toMs)]
  }

  /** The next moment in that direction at which all is said: everybody was read and is written of. */
  clear(atMs: number, stepMs: number): number {
    const { unread, rounds } = this.#mesh
    for (let ms = atMs; ; ms += stepMs) {
      const isUnread = unread.some(({ fromMs, toMs }) => ms >= fromMs && ms <= toMs)
      const roundMs = rounds.findLast((one) => one <= ms) ?? -Infinity
      if (!isUnread && (this.#written.findLast((one) => one <= ms) ?? -Infinity) <= roundMs) return ms
    }
  }
}

describe('compact rows', () => {
  it.each([18, 103, 147])('answer as full ones do whatever the workbook asks of half an hour or more (%i)', (seed) => {
    const compared = new Compared(seed)
    for (let n = 0; n < 6; n++) {
      const { fromMs, toMs } = compared.range()
      const range = { fromMs: compared.clear(fromMs, -7_001), toMs: compared.clear(toMs, 7_001) }
      expect(difference(answers(compared.compact, range), answers(compared.full, range))).toEqual({ first: [], second: [] })
      const inner = requestsByCode(compared.full, { fromMs: compared.clear(fromMs, 7_001), toMs: compared.clear(toMs, -7_001) })
      const outer = requestsByCode(compared.full, range)
      const between = requestsByCode(compared.compact, { fromMs, toMs })
      const isBetween = (key: string) =>
        (inner.get(key) ?? 0) <= (between.get(key) ?? 0) && (between.get(key) ?? 0) <= (outer.get(key) ?? 0)
      expect([...outer.keys(), ...between.keys()].filter((key) => !isBetween(key))).toEqual([])
      expect(activeConnections(compared.compact, range)).toEqual(compared.open(range))
      expect(activeConnections(compared.full, range)).toEqual(compared.open(range))
    }
  })

  const vals = (table: RowTable) => table.vals('envoy_cluster_upstream_rq', { pod_name: 'bookbuyer', envoy_response_code: '200' })

  it('keep what a pod did that went while no collector ran, also since the last round', () => {
    const table = new RowTable('compact')
    table.mesh.scrape('a', rq([200, 7]))
    table.commit().round()
    table.mesh.advance(30_000).scrape('a', rq([200, 9]))
    table.restart().gone('a').commit()
    table.mesh.advance(30_000).scrape('b', rq([200, 2]))
    table.commit().round()
    expect(vals(table)).toEqual([0, 7, 7, 9, 11])
  })

  it.each([
    ['full', 'compact'],
    ['compact', 'full'],
  ] as const)('go on, after %s ones, with a pod that nobody owns: its series are called the same', (before, after) => {
    const table = new RowTable(before)
    const lonely = { pod: { name: 'lonely' }, isOwned: false }
    table.mesh.scrape('a', rq([200, 7]), lonely)
    table.commit().round()
    table.gone('a').commit()
    table.mesh.advance(60_000).scrape('b', rq([200, 4]), lonely)
    table.commit().round().restart(after)
    table.mesh.advance(60_000).scrape('b', rq([200, 5], [503, 2]), lonely)
    table.commit().round().restart(before)
    table.mesh.advance(60_000).scrape('b', rq([200, 6], [503, 2]), lonely)
    table.commit().round()
    const steps = (code: string) => [...new Set(table.vals('envoy_cluster_upstream_rq', { pod_name: 'lonely', envoy_response_code: code }))]
    expect(steps('200')).toEqual([0, 7, 11, 12, 13])
    expect(steps('503')).toEqual([0, 2])
  })

  it('count nothing twice of a pod that answered while it was taken for the one before at its address', () => {
    const table = new RowTable('compact')
    table.mesh.scrape('a', page(uptime(100), rq([200, 7])))
    table.commit().round()
    table.mesh.advance(60_000).scrape('a', page(uptime(10), rq([200, 3])))
    table.mesh.succeeded('a', 'b')
    table.mesh.advance(1_000).scrape('b', page(uptime(11), rq([200, 3])))
    table.gone('a').commit()
    table.mesh.advance(10_000).scrape('b', page(uptime(21), rq([200, 5])))
    table.commit().round()
    expect(vals(table).at(-1)).toBe(12)
  })

  it('say nothing of what does not move for less than half an hour, then once', () => {
    const table = new RowTable('compact')
    for (let minute = 0; minute <= 30; minute++) {
      table.mesh.scrape('a', rq([200, 7]))
      table.commit().round()
      table.mesh.advance(60_000)
    }
    expect(vals(table)).toEqual([0, 7, 7])
  })
})

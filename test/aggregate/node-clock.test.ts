import { describe, expect, it } from 'vitest'
import type { ReadAt } from '../../src/aggregate/uptime.ts'
import { Uptime } from '../../src/aggregate/uptime.ts'
import { Mesh } from '../support/mesh.ts'
import { epoch, page, requests, rq, uptime } from './page-words.ts'

/** A sidecar's uptime is its node's wall clock less the time of its start: it moves when that clock is set. */
const hour = 3_600
/** What Envoy prints for an uptime of so many seconds below zero. */
const wrapped = (seconds: number): string => String(2n ** 64n - BigInt(seconds))
const printed = (seconds: string): string => `# TYPE envoy_server_uptime gauge\nenvoy_server_uptime{} ${seconds}`

interface Case {
  readonly what: string
  /** The uptimes of four pages, ten seconds apart, with the container id that discovery knows then. */
  readonly uptimes: readonly (readonly [uptime: number | string, process?: string])[]
  /** What four pages of 100, 110, 120 and 130 requests amount to. */
  readonly counted: number
}

const cases: readonly Case[] = [
  { what: 'nothing happens', uptimes: [[7_200], [7_210], [7_220], [7_230]], counted: 130 },
  { what: 'a restart', uptimes: [[7_200], [7_210], [4], [14]], counted: 240 },
  { what: 'a restart right after the last page', uptimes: [[7_200], [7_210], [11], [21]], counted: 240 },
  { what: 'the clock is set back by an hour', uptimes: [[7_200], [7_210], [7_220 - hour], [7_230 - hour]], counted: 130 },
  { what: 'the clock is set back by a minute', uptimes: [[7_200], [7_210], [7_160], [7_170]], counted: 130 },
  { what: 'the clock is set back to before the start', uptimes: [[600], [610], [wrapped(2_980)], [wrapped(2_970)]], counted: 130 },
  { what: 'the clock passes the start again', uptimes: [[610], [wrapped(13)], [wrapped(3)], [7]], counted: 130 },
  { what: 'the clock is set forward by an hour', uptimes: [[600], [610], [620 + hour], [630 + hour]], counted: 130 },
  { what: 'the clock is set forward and back again', uptimes: [[600], [610 + hour], [620], [630]], counted: 130 },
  {
    what: 'the clock is set back while a restart is told by the id',
    uptimes: [
      [7_200, 'x'],
      [7_210, 'x'],
      [wrapped(3_595), 'y'],
      [wrapped(3_585), 'y'],
    ],
    counted: 240,
  },
  {
    what: 'the clock is set forward right after a restart that the id tells',
    uptimes: [
      [600, 'x'],
      [610, 'x'],
      [5 + hour, 'y'],
      [15 + hour, 'y'],
    ],
    counted: 240,
  },
  {
    what: 'the same, by less than it ran before',
    uptimes: [
      [9 * hour, 'x'],
      [9 * hour + 10, 'x'],
      [5 + hour, 'y'],
      [15 + hour, 'y'],
    ],
    counted: 240,
  },
  {
    what: 'the id is ahead of the process and the clock is set',
    uptimes: [
      [7_200, 'x'],
      [7_210, 'x'],
      [7_220, 'y'],
      [7_230 - hour, 'y'],
    ],
    counted: 250,
  },
  { what: 'a restart after the clock was set back', uptimes: [[7_200], [7_210 - hour], [7_220 - hour], [3]], counted: 250 },
  {
    what: 'a restart while the clock is before the start, told by the id',
    uptimes: [
      [610, 'x'],
      [wrapped(3_000), 'x'],
      [wrapped(3_595), 'y'],
      [wrapped(3_585), 'y'],
    ],
    counted: 240,
  },
]

/** Every counter outruns its old value, so that the counters tell nothing. */
function counted(pages: readonly string[], processes: readonly (string | undefined)[] = []): string[] {
  const mesh = new Mesh()
  for (const [i, text] of pages.entries()) {
    const process = processes[i]
    mesh.scrape('a', page(rq([200, 100 + 10 * i]), text), process === undefined ? {} : { process }).advance(10_000)
  }
  return mesh.counts(requests)
}

describe('the uptime of a sidecar on a node whose clock is set', () => {
  it.each(cases)('$what', ({ uptimes, counted: expected }) => {
    const texts = uptimes.map(([seconds]) => printed(String(seconds)))
    expect(
      counted(
        texts,
        uptimes.map(([, process]) => process),
      ),
    ).toEqual([`200 ${expected}`])
  })

  it('cannot be told from a restart where it lands among the youngest: a known limit', () =>
    expect(counted([uptime(hour), uptime(hour + 10), uptime(5), uptime(15)])).toEqual(['200 240']))

  it('leaves a restart to the counters that fall', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 100]), uptime(9 * hour))).advance(10_000)
    expect(mesh.scrape('a', page(rq([200, 7]), uptime(hour))).counts(requests)).toEqual(['200 107'])
  })

  it('says nothing against a hot restart', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 100]), uptime(9 * hour), epoch(0))).advance(10_000)
    expect(mesh.scrape('a', page(rq([200, 107]), uptime(hour), epoch(1))).counts(requests)).toEqual(['200 207'])
  })

  it('does not make a pod that is being deleted look like another one', () => {
    const mesh = new Mesh().scrape('a', page(rq([200, 100]), uptime(9 * hour))).advance(1_000)
    mesh.scrape('a', page(rq([200, 107]), uptime(8 * hour)), { terminating: true })
    expect(mesh.counts(requests)).toEqual(['200 107'])
  })
})

describe('what an uptime says after', () => {
  const at = (monotonicMs: number, wallMs = monotonicMs, timestampMs = wallMs): ReadAt => ({ monotonicMs, wallMs, timestampMs })
  const after = (seconds: number, read: ReadAt): Uptime => {
    const known = new Uptime()
    known.take(seconds, read)
    return known
  }

  it.each([
    ['our machine slept, its monotonic clock stood still, and the sidecar was restarted', 300, at(10_000, 610_000), 'anew'],
    ['our process was stopped, and the sidecar was restarted', 300, at(610_000), 'anew'],
    ['our own clock was set back, and the sidecar was restarted', 4, at(10_000, -3_590_000), 'anew'],
    ['our own clock was set back together with the node’s', 3_610, at(10_000, -3_590_000), 'nothing'],
    ['our own clock was set forward together with the node’s', 10_810, at(10_000, 3_610_000), 'goes on'],
  ])('%s', (_, seconds, now, said) => expect(after(7_200, at(0)).says(seconds, now)).toBe(said))

  it('our process was stopped with a page on the way, which the next process followed', () =>
    expect(after(7_200, at(600_000, 600_000, 0)).says(595, at(610_000))).toBe('anew'))

  it.each([
    ['a restart while we were away', 300, 600_000, 'anew'],
    ['a clock that was set back while we were away', 3_600, 600_000, 'nothing'],
    ['a restart while both clocks were set back, which is left to the counters and the id', 300, -600_000, 'nothing'],
  ])('a restart of ours: %s', (_, seconds, wallMs, said) => {
    const restored = Uptime.from(JSON.parse(JSON.stringify(after(7_200, at(5_000, 0)).record())))
    expect(restored.says(seconds, at(0, wallMs))).toBe(said)
  })

  it('a state that does not know when: a fall is a restart', () => expect(Uptime.from([7_200, null]).says(3_600, at(0, 1e12))).toBe('anew'))
})

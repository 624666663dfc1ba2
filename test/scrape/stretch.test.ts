import { describe, expect, it } from 'vitest'
import { Stretch } from '../../src/scrape/stretch.ts'

/** A thread that has other work too, and so much to read in each interval as the test says: 1 fills it. */
class Thread {
  readonly stretch = new Stretch()
  readonly #others: number
  readonly #targets = 1_000

  constructor(options: { readonly others?: number } = {}) {
    this.#others = options.others ?? 0
  }

  /** The factor after each of so many intervals. `noise` moves the work up and down, the same in every run. */
  passes(intervals: number, work: number, { noise = 0 } = {}): number[] {
    return Array.from({ length: intervals }, (_, i) => {
      const due = this.#targets / this.stretch.factor
      const wanted = (work / this.stretch.factor) * (1 + noise * Math.sin(i * 12.9898))
      const served = Math.min(1, (1 - this.#others) / wanted)
      this.stretch.look({ due, troubled: due * (1 - served), done: due * served, busy: Math.min(1, this.#others + wanted) })
      return this.stretch.factor
    })
  }

  get factor(): number {
    return this.stretch.factor
  }
}

const changes = (factors: readonly number[]): number => factors.filter((factor, i) => i > 0 && factor !== factors[i - 1]).length

describe('the stretch', () => {
  it('stays at every interval while everything is read', () => {
    expect(new Set(new Thread().passes(1_000, 0.99))).toEqual(new Set([1]))
  })

  it('does not take one bad interval for too much', () => {
    const thread = new Thread()
    for (let i = 0; i < 20; i++) expect([...thread.passes(1, 3), ...thread.passes(1, 0.5)]).toEqual([1, 1])
  })

  it.each([
    [1.5, 2],
    [2.5, 3],
    [5.5, 6],
    [20, 20],
  ])('finds for %f times too much work a factor that lets everything left be read, and stays there', (work, least) => {
    const thread = new Thread()
    thread.passes(20, work)
    expect(thread.factor).toBeGreaterThanOrEqual(least)
    expect(thread.factor).toBeLessThanOrEqual(Math.ceil(least * 1.5))
  })

  it.each([1.2, 1.7, 2.2, 2.9, 4.5, 9.1])('comes to rest under a steady load of %f, however it trembles', (work) => {
    const thread = new Thread()
    thread.passes(30, work, { noise: 0.1 })
    // A try once in a while, more and more seldom, may turn out wrong.
    expect(changes(thread.passes(2_000, work, { noise: 0.1 }))).toBeLessThanOrEqual(12)
  })

  it('loses little time to tries: nearly all turns of what is left are served', () => {
    const factors = [new Thread().passes(3_000, 1.3)].flat().slice(100)
    expect(factors.filter((factor) => factor < 2).length / factors.length).toBeLessThan(0.02)
  })

  it.each([0, 0.5])('returns when a start is over that had pages to learn, also where others keep the thread at %f', (others) => {
    const thread = new Thread({ others })
    thread.passes(6, 4)
    expect(thread.factor).toBeGreaterThan(2)
    thread.passes(150, 0.15)
    expect(thread.factor).toBe(1)
  })

  it('returns although something else keeps the thread busy, as long as turns are on time', () => {
    const thread = new Thread({ others: 0.75 })
    thread.passes(6, 4)
    expect(thread.factor).toBeGreaterThan(2)
    thread.passes(300, 0.05)
    expect(thread.factor).toBe(1)
  })

  it('returns within a minute of intervals of ten seconds where the load is small', () => {
    const thread = new Thread()
    thread.passes(4, 1.5)
    expect(thread.factor).toBe(2)
    expect(thread.passes(6, 0.2).at(-1)).toBe(1)
  })

  it('does not grow because of targets that are slow by themselves: they leave the thread idle', () => {
    const stretch = new Stretch()
    for (let i = 0; i < 100; i++) stretch.look({ due: 100, troubled: 90, done: 10, busy: 0.3 })
    expect(stretch.factor).toBe(1)
  })

  it('does not grow because the thread is busy with something else, as long as turns are on time', () => {
    const stretch = new Stretch()
    for (let i = 0; i < 100; i++) stretch.look({ due: 100, troubled: 9, done: 91, busy: 1 })
    expect(stretch.factor).toBe(1)
  })

  it('grows, too, when an interval saw nothing but timeouts of turns that were due before', () => {
    const stretch = new Stretch()
    for (const due of [1, 0, 1, 0]) stretch.look({ due, troubled: 1, done: 0, busy: 1 })
    expect(stretch.factor).toBe(3)
  })

  it('doubles at most when nothing is served at all, and ends somewhere', () => {
    const stretch = new Stretch()
    const factors = Array.from({ length: 16 }, () => (stretch.look({ due: 100, troubled: 100, done: 0, busy: 1 }), stretch.factor))
    expect(factors).toEqual([1, 2, 2, 4, 4, 8, 8, 16, 16, 32, 32, 32, 32, 32, 32, 32])
  })
})

import { describe, expect, it } from 'vitest'
import { FilterChoice, holdsSample, retryAfterMs } from '../../src/scrape/filter.ts'

/** One process that answers good filtered pages until the two ways are to be compared. */
function settled(): FilterChoice {
  const choice = new FilterChoice()
  const toCompare = [1, 2, 3].map(() => (choice.next('p1', 0), choice.taken()))
  expect(toCompare).toEqual([false, false, true])
  return choice
}

describe('the filter', () => {
  it('is tried first', () => {
    expect(new FilterChoice().next(undefined, 0)).toBe('filtered')
  })

  it('is tried again an hour after it was refused, and is news once', () => {
    const choice = new FilterChoice()
    choice.next('p1', 0)
    expect(choice.refused(0)).toBe(true)
    expect(choice.next('p1', retryAfterMs - 1)).toBe('whole')
    expect(choice.next('p1', retryAfterMs)).toBe('filtered')
    expect(choice.refused(retryAfterMs)).toBe(false)
    expect(choice.next('p1', retryAfterMs + 1)).toBe('whole')
  })

  it('stays when a later try is taken', () => {
    const choice = new FilterChoice()
    choice.next('p1', 0)
    choice.refused(0)
    choice.next('p1', retryAfterMs)
    choice.taken()
    expect(choice.next('p1', retryAfterMs + 1)).toBe('filtered')
  })

  it('is tried anew with another process', () => {
    const choice = new FilterChoice()
    choice.next('p1', 0)
    choice.refused(0)
    expect(choice.next('p2', 1)).toBe('filtered')
  })

  /** What each read in a row does, as the choice asks for it: how it was asked. */
  function reads(choice: FilterChoice, outcomes: { readonly filtered: boolean; readonly whole: boolean }, count: number): string[] {
    return Array.from({ length: count }, () => {
      const asked = choice.next('p1', 0)
      if (asked === 'filtered' && outcomes.filtered) choice.taken()
      if (asked === 'filtered' && !outcomes.filtered) choice.failed()
      if (asked === 'whole' && outcomes.whole) choice.wholeTaken(0)
      return asked
    })
  }

  it('is refused by a process that fails whenever it is asked so, and only then', () => {
    const breaksOnIt = reads(new FilterChoice(), { filtered: false, whole: true }, 7)
    expect(breaksOnIt).toEqual(['filtered', 'filtered', 'whole', 'filtered', 'whole', 'whole', 'whole'])
  })

  it('stays with a process that was down for a while', () => {
    const choice = new FilterChoice()
    reads(choice, { filtered: false, whole: false }, 5)
    expect(reads(choice, { filtered: true, whole: true }, 3)).toEqual(['whole', 'filtered', 'filtered'])
  })

  it('stays with a process that has answered so before, however it fails later', () => {
    const choice = settled()
    expect(reads(choice, { filtered: false, whole: true }, 4)).toEqual(Array(4).fill('filtered'))
  })

  it('is given up for a process with which it is twice as slow, twice in a row', () => {
    const choice = settled()
    expect(choice.compared(500, 200)).toBe(false)
    expect(choice.next('p1', 0)).toBe('filtered')
    expect(choice.taken()).toBe(true)
    expect(choice.compared(500, 200)).toBe(true)
    expect([choice.next('p1', 0), choice.next('p1', 10 * retryAfterMs), choice.next('p2', 0)]).toEqual(['whole', 'whole', 'filtered'])
  })

  it.each([
    ['as fast', 200, 200],
    ['slower, but not twice', 390, 200],
    ['twice as slow within what is chance', 15, 2],
    ['compared with a whole page that failed', 500, Infinity],
  ])('is compared once and kept when it is %s', (_, filteredMs, wholeMs) => {
    const choice = settled()
    expect(choice.compared(filteredMs, wholeMs)).toBe(false)
    expect([choice.taken(), choice.next('p1', 0)]).toEqual([false, 'filtered'])
  })
})

describe('a page', () => {
  const holds = (page: string) => holdsSample(Buffer.from(page), Buffer.from('envoy_server_live'))

  it.each([
    ['# TYPE envoy_server_live gauge\nenvoy_server_live{} 1\n', true],
    ['envoy_server_live 0', true],
    ['a{b="c"} 1\nenvoy_server_live{} 1\n', true],
    ['# TYPE envoy_server_live gauge\n', false],
    ['envoy_server_live_x{} 1\n', false],
    ['my_envoy_server_live{} 1\n', false],
    ['a{b="\\nenvoy_server_live{} "} 1\n', false],
    ['', false],
    ['envoy_server_live', false],
  ])('%j says that the process lives: %s', (page, expected) => {
    expect(holds(page)).toBe(expected)
  })
})

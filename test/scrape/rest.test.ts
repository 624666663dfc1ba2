import { describe, expect, it } from 'vitest'
import { Rest } from '../../src/scrape/rest.ts'

const minute = 60_000

describe('the rest of a target after a page', () => {
  it('is nine times as long as the page held the thread', () => {
    const rest = new Rest()
    rest.held(1_000, 3_000)
    expect([rest.isOver(20_999), rest.isOver(21_000)]).toEqual([false, true])
  })

  it('is short when it was no page that held it: the machine slept while one was taken in', () => {
    const rest = new Rest()
    rest.held(0, 10 * minute)
    expect(rest.isOver(10 * minute)).toBe(true)
    rest.held(0, minute)
    expect(rest.isOver(5 * minute)).toBe(true)
    expect(rest.notice(10_000)?.message).toContain('left alone for 5m')
  })
})

import { describe, expect, it } from 'vitest'
import { scrapeOptions } from '../../src/scrape/options.ts'

/** What is said against these options. */
const against = (options: object) =>
  scrapeOptions.safeParse(options).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

describe('the section scrape', () => {
  it('is complete when it is empty', () => {
    expect(scrapeOptions.parse({})).toEqual({
      interval: 10_000,
      timeout: 8_000,
      bodyLimit: 64 * 2 ** 20,
      filter: 'auto',
      requestStats: 'auto',
      allowLoopback: false,
      cadvisor: expect.objectContaining({ from: 'off', interval: 10_000, insecureSkipVerify: false }),
    })
  })

  it('shortens the usual timeout to an interval that is shorter', () => {
    expect(scrapeOptions.parse({ interval: '1s' }).timeout).toBe(1_000)
  })

  it('takes a timeout as long as the interval, and none that is longer', () => {
    expect(against({ interval: '8s', timeout: '8s' })).toBeUndefined()
    expect(against({ interval: '5s', timeout: '8s' })).toEqual([
      'timeout: scrape.timeout is longer than scrape.interval; shorten both, or leave scrape.timeout out',
    ])
  })

  it.each([
    [{ interval: '10' }, 'interval: is a duration'],
    [{ interval: '1ms', timeout: '1ms' }, 'interval: is at least 100ms'],
    [{ bodyLimit: '2GiB' }, 'bodyLimit: is at least 1KiB and at most 1GiB'],
    [{ filter: 'on' }, 'filter: '],
    [{ intervall: '10s' }, 'Unrecognized key: "intervall"'],
  ])('refuses %j', (options, expected) => {
    expect(against(options)?.[0]).toContain(expected)
  })
})

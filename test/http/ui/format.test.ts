import { describe, expect, it } from 'vitest'
import { formatOf, unknown } from '../../../src/http/ui/format.ts'

const en = formatOf('en')
const zh = formatOf('zh')

describe('numbers', () => {
  it('carry their unit', () => {
    expect(en.count(1234567)).toBe('1,234,567')
    expect(en.shortCount(12345)).toBe('12.3K')
    expect(en.perSecond(0.5)).toBe('0.5/s')
    expect(en.share(0.1234)).toBe('12.3%')
    expect(en.bytesPerSecond(1500)).toBe('1.5 kB/s')
  })

  it('are written as in the reader’s language', () => {
    expect(zh.shortCount(12345)).toBe('1.23万')
    expect(zh.share(0.5)).toBe('50%')
  })

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1_234_567, '1.23 MB'],
    [5e18, '5,000 PB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(en.bytes(bytes)).toBe(text)
  })

  it.each([
    [0.0005, '0.5 ms'],
    [0.25, '250 ms'],
    [1, '1 s'],
    [12.345, '12.3 s'],
  ])('%d seconds of waiting are %s', (seconds, text) => {
    expect(en.latency(seconds)).toBe(text)
  })

  it.each([null, undefined, Number.NaN, Number.POSITIVE_INFINITY])('%s is not known, and no zero', (value) => {
    const { count, shortCount, perSecond, share, bytes, bytesPerSecond, latency } = en
    for (const write of [count, shortCount, perSecond, share, bytes, bytesPerSecond, latency]) expect(write(value)).toBe(unknown)
  })
})

describe('a length of time', () => {
  it.each([
    [-5, '0 sec', '0 秒'],
    [400, '0 sec', '0 秒'],
    [30e3, '30 sec', '30 秒'],
    [300e3, '5 min', '5 分钟'],
    [90e3, '1 min 30 sec', '1 分钟 30 秒'],
    [3_600e3, '1 hr', '1 小时'],
    [90_061e3, '1 day 1 hr', '1 天 1 小时'],
  ])('%d ms is said by its two largest units', (ms, english, chinese) => {
    expect(en.span(ms)).toBe(english)
    expect(zh.span(ms)).toBe(chinese)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ageText, bytesText, latencyText, percentText, rateText } from '../../src/cli/figure-text.ts'
import { type Column, tableLines } from '../../src/cli/table.ts'
import { columnsOf, lookOf, palette, printable, shortened, wantsColour } from '../../src/cli/terminal.ts'

const write = () => {}

describe('names on a terminal', () => {
  it.each([
    ['plain', 'plain'],
    ['\u001B[2J\u0007', '\\u{1b}[2J\\u{7}'],
    ['a\nb\tc', 'a\\u{a}b\\u{9}c'],
    ['right\u202Eto\u2066left', 'right\\u{202e}to\\u{2066}left'],
    ['line\u2028break\uD800', 'line\\u{2028}break\\u{d800}'],
    ['日本語 é', '日本語 é'],
  ])('%j is shown as %s', (text, shown) => expect(printable(text)).toBe(shown))

  it('never hold what a terminal obeys', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[\p{Cc}\p{Cf}]/u.test(printable(text))))
  })

  it('are cut in the middle', () => {
    expect(shortened('bookstore-v1', 12)).toBe('bookstore-v1')
    expect(shortened('bookstore-v1', 7)).toBe('boo…-v1')
    expect(shortened('bookstore-v1', 2)).toBe('b…')
    expect(shortened('bookstore-v1', 1)).toBe('…')
  })
})

describe('width and colour', () => {
  it('come from the terminal, else from the environment, else are 80 and none', () => {
    expect(columnsOf({ write, isTTY: true, columns: 120 }, { COLUMNS: '60' })).toBe(120)
    expect(columnsOf({ write }, { COLUMNS: '60' })).toBe(60)
    expect(columnsOf({ write }, { COLUMNS: 'wide' })).toBe(80)
    const widths = [{ write }, { write, isTTY: true }].map((stdout) => [{}, { COLUMNS: '60' }].map((env) => lookOf({ stdout, env }).width))
    expect(widths, 'tables are cut on terminals, and in pipes only where asked for').toEqual([
      [Infinity, 60],
      [80, 60],
    ])
    expect(wantsColour({ write, isTTY: true }, {})).toBe(true)
    expect(wantsColour({ write, isTTY: true }, { NO_COLOR: '' })).toBe(true)
    expect(wantsColour({ write, isTTY: true }, { NO_COLOR: '1' })).toBe(false)
    expect(wantsColour({ write, isTTY: true }, { TERM: 'dumb' })).toBe(false)
    expect(wantsColour({ write }, {})).toBe(false)
  })
})

describe('figures', () => {
  it.each([
    [rateText, [0, 0.04, 0.06, 12.34, 99.96, 9_999, 12_345, 2_500_000], ['0.0', '<0.1', '0.1', '12.3', '100', '9999', '12.3k', '2.5M']],
    [percentText, [0, 0.0001, 0.051, 1, null], ['0.0', '<0.1', '5.1', '100.0', '–']],
    [latencyText, [0, 0.00042, 0.0124, 0.9994, 0.9996, 61.26, undefined], ['0.0ms', '0.4ms', '12ms', '999ms', '1.0s', '61.3s', '–']],
    [bytesText, [0, 999, 999.6, 12_345, 4.2e9], ['0B', '999B', '1.0kB', '12.3kB', '4.2GB']],
    [ageText, [-5, 3_400, 119_000, 600_000, 7_200_000, 1e9], ['0s', '3s', '119s', '10m', '2h', '12d']],
  ] as const)('%o', (text: (value: never) => string, values, shown) => {
    expect(values.map((value) => text(value as never))).toEqual(shown)
  })
})

describe('a table', () => {
  const columns: Column<{ name: string; value: number }>[] = [
    { head: 'NAME', text: ({ name }) => name, atLeast: 6 },
    { head: 'VALUE', align: 'right', text: ({ value }) => String(value) },
  ]

  it('keeps to the width, whatever the names are', () => {
    const row = fc.record({ name: fc.string(), value: fc.integer() })
    fc.assert(
      fc.property(fc.array(row), fc.integer({ min: 30, max: 80 }), (rows, width) => {
        const lines = tableLines(columns, rows, { width, palette: palette(false) })
        expect(lines).toHaveLength(rows.length + 1)
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('does not cut names below what tells them apart', () => {
    expect(tableLines(columns, [{ name: 'a-long-name', value: 1 }], { width: 3, palette: palette(false) })).toEqual([
      'NAME   VALUE',
      'a-l…me     1',
    ])
  })
})

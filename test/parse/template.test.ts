import { describe, expect, it } from 'vitest'
import type { Wanted } from '../../src/model/wanted.ts'
import { createParser } from '../../src/parse/template-parser.ts'
import { linesOf } from './pages.ts'

const wanted: Wanted = { version: 'test', takes: (name) => name.startsWith('w') }

/** Reads pages in a row as one target's, and holds each reading to that of a parser that has never seen a page. */
function rereads(...pages: readonly string[]): string[] {
  const parser = createParser()
  const readings = pages.map((page) => {
    const body = Buffer.from(page)
    const lines = linesOf(parser.read({ id: 'a', wanted, body }))
    expect(lines).toEqual(linesOf(createParser().read({ id: 'a', wanted, body })))
    return lines
  })
  return readings.at(-1) ?? []
}

const family = (name: string, ...values: readonly number[]) =>
  `# TYPE ${name} counter\n${values.map((value, index) => `${name}{cluster="c${index}"} ${value}\n`).join('')}`

describe('a page that is read again', () => {
  const before = `${family('u1', 1, 2)}${family('w1', 1, 2)}${family('u2', 3)}${family('w2', 4)}${family('u3', 5)}`

  it('gives the new values', () => {
    expect(rereads(before, before.replaceAll('} ', '} 10'))).toEqual([
      'w1{cluster="c0"} counter 101',
      'w1{cluster="c1"} counter 102',
      'w2{cluster="c0"} counter 104',
    ])
  })

  it.each([
    ['a wanted family appears before the first', `${family('w0', 7)}${before}`],
    ['a wanted family appears in the middle', before.replace('# TYPE u2', `${family('w3', 7)}# TYPE u2`)],
    ['a wanted family appears among unwanted ones', before.replace('# TYPE u3', `${family('u4', 1)}${family('w3', 7)}# TYPE u3`)],
    ['a wanted family appears at the end', `${before}${family('w3', 7)}`],
    ['a wanted family vanishes', before.replace(family('w1', 1, 2), '')],
    ['wanted families change places', `${family('w2', 4)}${family('u1', 1)}${family('w1', 1, 2)}`],
    ['a wanted family comes a second time', `${before}${family('w1', 9)}`],
    ['a series appears at the end of a run', before.replace('# TYPE u2', 'w1{cluster="c2"} 8\n# TYPE u2')],
    ['a series appears at the beginning of a run', before.replace('w1{cluster="c0"}', 'w1{cluster="b"} 8\nw1{cluster="c0"}')],
    ['a series appears in the middle of a run', before.replace('w1{cluster="c1"}', 'w1{cluster="c02"} 8\nw1{cluster="c1"}')],
    ['a series vanishes', before.replace('w1{cluster="c0"} 1\n', '')],
    ['a label changes its value', before.replace('w1{cluster="c1"}', 'w1{cluster="c9"}')],
    ['a wanted family is left without samples', before.replace('w2{cluster="c0"} 4\n', '')],
    ['a wanted family changes its type', before.replace('w1 counter', 'w1 gauge')],
    ['unwanted families come and go', before.replace(family('u2', 3), family('u9', 3)).replace('# TYPE u1', `${family('u8', 1)}# TYPE u1`)],
    [
      'an unwanted label looks like a TYPE line',
      before.replace('u1{cluster="c1"}', 'u1{cluster="# TYPE w9 counter",b="\\n# TYPE w9 counter\\nw9 1"}'),
    ],
    ['a wanted sample without a TYPE line follows unwanted ones', before.replace('# TYPE w1', 'w9 1\n# TYPE w1')],
    ['a wanted sample without a TYPE line ends the page', `${before}w9 1\n`],
    ['a wanted sample without a TYPE line begins the page', `w9 1\n${before}`],
    ['a wanted sample without a TYPE line has only a HELP line', before.replace('# TYPE w1', '# HELP w9 text\nw9 1\n# TYPE w1')],
    ['a wanted sample without a TYPE line follows wanted ones', before.replace('# TYPE u2', 'w9 1\n# TYPE u2')],
    ['a name goes on longer', before.replaceAll('w1', 'w11')],
    ['an unwanted name goes on longer, with wanted samples', before.replace('u1{cluster="c1"} 2', 'u1_total{cluster="c1"} 2')],
    ['a TYPE line is written with tabs', before.replace('# TYPE w2', '#\tTYPE\tw2')],
    ['a TYPE line is written with blanks before it', before.replace('# TYPE u2', `  # TYPE w8 gauge\nw8 1\n# TYPE u2`)],
    [
      'blanks before TYPE lines hide a wanted family in an unwanted one',
      before.replace('# TYPE w2', ' # TYPE w9 gauge\nw9 1\n # TYPE u2 counter\nu2{cluster="c9"} 1\n# TYPE w2'),
    ],
    [
      'comments stand anywhere',
      before.replaceAll('# TYPE', '# T comment\n# HELP x y\n# TYPE').replace('u1{cluster="c1"}', '# in between\nu1{cluster="c1"}'),
    ],
    ['blank lines stand anywhere', `\n\n${before.replaceAll('\n', '\n\n')}`],
    ['blank lines follow families', `\n${before.replaceAll('# TYPE', '\n# TYPE')}\n\n`],
    ['samples carry timestamps', before.replaceAll(/(?<=} )(\d)/g, '$1 1395066363000')],
    ['values have other forms', before.replace('} 1\n', '} +Inf\n').replace('} 2\n', '} 1.5e3\n').replace('} 4\n', '} NaN\n')],
    ['values are long', before.replace('} 4\n', '} 12345678901234567890.123456789012\n').replace('} 2\n', '} 9007199254740993\n')],
    ['values have blanks behind them', before.replaceAll('\n', '  \n').replaceAll(/(# TYPE .*?) +\n/g, '$1\n')],
    ['the last newline is missing', before.slice(0, -1)],
    ['the last newline behind a wanted value is missing', `${family('u1', 1)}${family('w1', 1, 2)}`.slice(0, -1)],
    ['nothing is left', '\n'],
  ])('says what it says when %s', (_, after) => {
    const changed = after.replaceAll('} ', '}  ').replaceAll('}  ', '} ')
    rereads(before, after, changed, before, before, after)
    expect(after).not.toBe(before)
  })

  it('with HELP lines before and behind TYPE lines goes on by template', () => {
    const go = '# HELP u1 a\n# TYPE u1 gauge\nu1 1\n# HELP w1 text\n# TYPE w1 gauge\nw1 2\n# TYPE w2 counter\n# HELP w2 text\nw2 3\n'
    const parser = createParser()
    const [first, second] = [go, go.replace('w1 2', 'w1 7')].map((text) => parser.read({ id: 'a', wanted, body: Buffer.from(text) }))
    expect(second?.shape).toBe(first?.shape)
    expect(rereads(go, go.replace('w1 2', 'w1 7'))).toEqual(['w1{} gauge 7', 'w2{} counter 3'])
  })

  it.each([
    ['a number', '} 3', '} three'],
    ['a label', 'u2{cluster', 'u2{cluster"'],
    ['a TYPE line', '# TYPE u2 counter', '# TYPE u2 counter of sorts'],
  ])('that is broken in %s which nobody wants says what it says elsewhere', (_, whole, broken) => {
    const after = before.replace(family('u2', 3), family('u2', 3).replace(whole, broken)).replaceAll(/^(w\S+) \d+$/gm, '$1 77')
    expect(after).toContain(broken)
    const parser = createParser()
    const read = (text: string) => linesOf(parser.read({ id: 'a', wanted, body: Buffer.from(text) }))
    const names = read(before).map((line) => line.replace(/\d+$/, ''))
    expect(read(after)).toEqual(names.map((name) => `${name}77`))
    expect(() => createParser().read({ id: 'a', wanted, body: Buffer.from(after) })).toThrow('Expected')
  })

  it('that is broken changes nothing', () => {
    const parser = createParser()
    const read = (text: string) => parser.read({ id: 'a', wanted, body: Buffer.from(text) })
    const { shape } = read(before)
    expect(() => read(before.replace('w1{cluster="c1"} 2', 'w1{cluster="c1"} two'))).toThrow('Expected a number')
    expect(read(before).shape).toBe(shape)
    expect(linesOf(read(before))).toContain('w1{cluster="c1"} counter 2')
  })
})

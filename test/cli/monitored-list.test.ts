import fc from 'fast-check'
import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { withMonitored } from '../../src/cli/monitored-list.ts'

const head = '[osm_metric_collection_configuration]\n  [osm_metric_collection_configuration.settings] # which\n'
const add = (toml: string, ...names: string[]) => withMonitored(toml, { add: names, remove: [] })
const remove = (toml: string, ...names: string[]) => withMonitored(toml, { add: [], remove: names })

describe('a name is put', () => {
  it.each([
    ['into an empty list', '    monitor_namespaces = []\n', '    monitor_namespaces = ["x"]\n'],
    ['behind the last of a line', `    monitor_namespaces = ["a", 'b']  # two\n`, `    monitor_namespaces = ["a", 'b', "x"]  # two\n`],
    ['before a comma that ends the list', 'monitor_namespaces=["a",]\n', 'monitor_namespaces=["a", "x",]\n'],
    [
      'into a line of its own, comments as they are',
      '  monitor_namespaces = [\n    "a", # the ] "first"\n    "b" # the second\n    # no more\n  ]\nother = 1\n',
      '  monitor_namespaces = [\n    "a", # the ] "first"\n    "b", # the second\n    "x"\n    # no more\n  ]\nother = 1\n',
    ],
    [
      'into a line of its own, where all end with a comma',
      'monitor_namespaces = [\n\t"a",\n\t"b",\n]\n',
      'monitor_namespaces = [\n\t"a",\n\t"b",\n\t"x",\n]\n',
    ],
    [
      'under the table, where the list is commented out',
      '    # monitor_namespaces = ["a"]\n',
      '    monitor_namespaces = ["x"]\n    # monitor_namespaces = ["a"]\n',
    ],
  ])('%s', (_, before, after) => {
    expect(add(head + before, 'x')).toBe(head + after)
  })

  it('into a table of its own, where there is none', () => {
    expect(add('# empty', 'x', 'y')).toBe('# empty\n[osm_metric_collection_configuration.settings]\n  monitor_namespaces = ["x", "y"]\n')
    expect(add('', 'x')).toBe('[osm_metric_collection_configuration.settings]\n  monitor_namespaces = ["x"]\n')
    const alone = '[osm_metric_collection_configuration]\n[other]\n'
    expect(add(alone, 'x')).toBe(`${alone}[osm_metric_collection_configuration.settings]\n  monitor_namespaces = ["x"]\n`)
  })

  it('into the right one of two lists', () => {
    const before = `[other]\nmonitor_namespaces = ["a"]\ntext = "monitor_namespaces = []"\n${head}monitor_namespaces = ["a"]\n`
    expect(add(before, 'x')).toBe(
      `[other]\nmonitor_namespaces = ["a"]\ntext = "monitor_namespaces = []"\n${head}monitor_namespaces = ["a", "x"]\n`,
    )
  })

  it('nowhere when it is there', () => {
    const before = `${head}monitor_namespaces = [ "x","a" ]\n`
    expect(add(before, 'x', 'a')).toBe(before)
  })
})

describe('a name is taken out', () => {
  it.each([
    ['from the beginning', '["x", "a"]', '["a"]'],
    ['from the middle', '["a", "x", "b"]', '["a", "b"]'],
    ['from the end', '["a", "x"]', '["a"]'],
    ['wherever it stands', '["x", "a", "x"]', '["a"]'],
    ['as the only one', '[ "x" ] # none', '[  ] # none'],
    ['with its line', '[\n  "a", # one\n  "x",\n  "b",\n]', '[\n  "a", # one\n  "b",\n]'],
    ['but not a comment beside it', '[\n  "a",\n  "x" # once more: x\n]', '[\n  "a",\n  # once more: x\n]'],
  ])('%s', (_, before, after) => {
    expect(remove(`${head}monitor_namespaces = ${before}\n`, 'x')).toBe(`${head}monitor_namespaces = ${after}\n`)
  })
})

it.each([
  ['no TOML', 'monitor_namespaces = ['],
  ['another form', '[osm_metric_collection_configuration.settings]\nmonitor_namespaces = "a"'],
  ['escapes', '[osm_metric_collection_configuration.settings]\nmonitor_namespaces = ["\\u0061"]'],
  ['a table in a line', 'osm_metric_collection_configuration = { settings = { } }'],
])('what is written with %s is not edited', (_, toml) => {
  expect(add(toml, 'x')).toBeUndefined()
})

it.each([
  ['in', ['x'], [], ['  "a",', '  "b",', '  "x"']],
  ['out', [], ['b'], ['  "a",']],
])('a text whose lines end as on Windows keeps that, and no line is left empty: %s', (_, wanted, unwanted, lines) => {
  const windows = (list: readonly string[]) => [...head.trimEnd().split('\n'), 'monitor_namespaces = [', ...list, ']', ''].join('\r\n')
  expect(withMonitored(windows(['  "a",', '  "b"']), { add: wanted, remove: unwanted })).toBe(windows(lines))
})

/** A list in any of the ways in which people write one, with a comment here and there. */
const written = fc
  .record({
    names: fc.uniqueArray(fc.stringMatching(/^[a-e]{1,2}$/), { maxLength: 6 }),
    quote: fc.constantFrom('"', "'"),
    between: fc.constantFrom(' ', '', '\n', '\n    ', ' # it\'s "quoted", [really]\n  ', '\n\n  # one\n  # two\n  '),
    trailing: fc.boolean(),
    prefix: fc.constantFrom('', '# monitor_namespaces = ["z"]\n', 'a = "]"\n'),
    suffix: fc.constantFrom('', '# end', 'b = [["c"], [1]]\n[other.settings]\nmonitor_namespaces = ["a"]\n'),
  })
  .map(({ names, quote, between, trailing, prefix, suffix }) => {
    const entries = names.map((name) => `${between}${quote}${name}${quote}`).join(',') + (trailing && names.length > 0 ? ',' : '')
    return { names, toml: `${head}${prefix}monitor_namespaces = [${entries}${between}]\n${suffix}` }
  })

const commentsIn = (toml: string) => toml.match(/#[^\n]*/g) ?? []

it('however the list is written, the names are right, everything else means the same and no comment is lost', () => {
  const some = fc.uniqueArray(fc.stringMatching(/^[a-g]{1,2}$/), { maxLength: 4 })
  fc.assert(
    fc.property(written, some, some, ({ names, toml }, wanted, unwanted) => {
      const added = wanted.filter((name) => !unwanted.includes(name))
      const after = withMonitored(toml, { add: added, remove: unwanted }) ?? ''
      const read = (text: string) =>
        structuredClone(parse(text)) as { osm_metric_collection_configuration: { settings: { monitor_namespaces: string[] } } }
      const expected = read(toml)
      const left = names.filter((name) => !unwanted.includes(name))
      expected.osm_metric_collection_configuration.settings.monitor_namespaces = [...left, ...added.filter((name) => !names.includes(name))]
      expect(read(after)).toEqual(expected)
      expect(commentsIn(after)).toEqual(commentsIn(toml))
    }),
    { numRuns: 500 },
  )
})

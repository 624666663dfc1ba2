import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { printConfig } from '../../src/config/print.ts'
import { ConfigProblems } from '../../src/config/problems.ts'
import { explain } from '../../src/runtime/problem.ts'

const folder = join(import.meta.dirname, '../cases/config')
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const files = readdirSync(folder)
const bad = files.filter((name) => name.endsWith('.problems')).map((name) => name.replace('.problems', ''))
const good = files.filter((name) => name.endsWith('.printed')).map((name) => name.replace('.printed', ''))
const env = { LIMIT: '500', EMPTY: '' }

function problemsOf(text: string, file = 'config.yaml') {
  try {
    loadConfig(text, { file, env })
    return []
  } catch (error) {
    if (error instanceof ConfigProblems) return error.problems
    throw error
  }
}

describe('a configuration that does not hold', () => {
  it.each(bad)('%s: every problem at once, each with its place', async (name) => {
    const problems = problemsOf(read(`${name}.yaml`), `${name}.yaml`)
    await expect(`${problems.map(explain).join('\n')}\n`).toMatchFileSnapshot(join(folder, `${name}.problems`))
  })
})

describe('a configuration that holds', () => {
  it.each(good)('%s: is shown whole, and loads to the same', async (name) => {
    const [text, context] = [read(`${name}.yaml`), { file: `${name}.yaml`, env }]
    const printed = printConfig(text, context)
    await expect(printed).toMatchFileSnapshot(join(folder, `${name}.printed`))
    expect(loadConfig(printed, context)).toEqual(loadConfig(text, context))
  })

  it('has every file of the gallery in one of the two lists', () => {
    expect([...bad, ...good].map((name) => `${name}.yaml`).sort()).toEqual(files.filter((name) => name.endsWith('.yaml')).sort())
  })

  it('comes in milliseconds and bytes', () => {
    const { scrape, http } = loadConfig('', { file: 'config.yaml', env })
    expect(scrape).toMatchObject({ interval: 10_000, timeout: 8_000, bodyLimit: 64 * 2 ** 20 })
    expect(http.listen).toEqual({ host: '127.0.0.1', port: 9464 })
  })

  it('cannot be changed', () => {
    const config = loadConfig('', { file: 'config.yaml', env })
    expect(() => Object.assign(config.scrape, { interval: 1 })).toThrow(TypeError)
    expect(() => (config.discover.file_sd.paths as string[]).push('x')).toThrow(TypeError)
  })
})

describe('environment variables', () => {
  const load = (value: string, variables: Record<string, string> = {}) =>
    loadConfig(`http:\n  bearerTokenFile: ${value}`, { file: 'config.yaml', env: variables }).http.bearerTokenFile

  it.each([
    ['a/${NAME}/b', 'a/x/b'],
    ['"${NAME}"', 'x'],
    ["'${NAME}${NAME}'", 'xx'],
    ['${OTHER:-y}', 'y'],
    ['${EMPTY:-y}', 'y'],
    ['"${OTHER:-}z"', 'z'],
    ['$${NAME}', '${NAME}'],
    ['$NAME', '$NAME'],
    ['"${STRANGE}"', 'a: [b'],
    ['${STRANGE}', 'a: [b'],
    ['${COMMENT}', '5 # five'],
    ['${OTHER:-}', undefined],
  ])('%s becomes %s', (value, expected) =>
    expect(load(`${value}`, { NAME: 'x', EMPTY: '', STRANGE: 'a: [b', COMMENT: '5 # five' })).toBe(expected),
  )

  it('can stand for a number or a truth where they are not quoted', () => {
    const text = 'aggregate:\n  edgeLimit: ${LIMIT}\nscrape:\n  allowLoopback: ${YES}'
    const { aggregate, scrape } = loadConfig(text, { file: 'config.yaml', env: { LIMIT: '500', YES: 'true' } })
    expect([aggregate.edgeLimit, scrape.allowLoopback]).toEqual([500, true])
  })

  it('are not looked for in names and comments', () => {
    expect(problemsOf('# ${NOT_SET}\nscrape: {}')).toEqual([])
    expect(problemsOf('${NOT_SET}: {}').map(({ kind }) => kind.code)).toEqual(['config_unknown_option'])
  })
})

import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { readExposition } from '../../src/parse/exposition.ts'
import { createParser } from '../../src/parse/template-parser.ts'
import { Problem, placeText } from '../../src/runtime/problem.ts'
import { cpuMs } from '../support/awake-time.ts'
import { wanted } from './pages.ts'

const folder = new URL('../cases/parse/', import.meta.url)
const cases = readdirSync(folder)

/** One line per sample. */
const said = (body: Buffer): string =>
  `[\n${readExposition(body)
    .map((sample) => `  ${JSON.stringify({ ...sample, value: Object.is(sample.value, -0) ? '-0' : String(sample.value) })}`)
    .join(',\n')}\n]\n`

const refusal = (body: Buffer): string => {
  try {
    createParser().read({ id: 'a', wanted, body })
  } catch (error) {
    if (error instanceof Problem) return `${error.kind.code} ${placeText(error.place) || 'the whole page'}\n${error.message}\n`
    throw error
  }
  return 'nothing'
}

describe('pages as they can be met', () => {
  it.each(cases.filter((name) => !name.startsWith('refused-')))('%s', async (name) => {
    await expect(said(await readFile(new URL(`${name}/input.prom`, folder)))).toMatchFileSnapshot(
      new URL(`${name}/expected.json`, folder).pathname,
    )
  })

  it.each(cases.filter((name) => name.startsWith('refused-')))('%s', async (name) => {
    await expect(refusal(await readFile(new URL(`${name}/input.prom`, folder)))).toMatchFileSnapshot(
      new URL(`${name}/expected.problem`, folder).pathname,
    )
  })
})

describe('bounds', () => {
  const codeOf = (text: string): string => refusal(Buffer.from(text)).split('\n')[0] ?? ''

  it('of a line: one mebibyte', () => {
    const line = (length: number) => `envoy_server_live{a="${'x'.repeat(length - 'envoy_server_live{a=""} 1'.length)}"} 1`
    expect(codeOf(`\n${line(1024 * 1024)}\n`)).toBe('nothing')
    expect(codeOf(`\n${line(1024 * 1024 + 1)}\n`)).toBe('line_too_long 2:1')
  })

  it('of a page: as many wanted series as it was made for, others do not count', () => {
    const body = Buffer.from('envoy_server_live{n="1"} 1\nother 1\nenvoy_server_live{n="2"} 1\nenvoy_server_live{n="3"} 1\n')
    expect(() => createParser({ seriesLimit: 2 }).read({ id: 'a', wanted, body })).toThrow('more than 2 wanted series')
    expect(createParser({ seriesLimit: 3 }).read({ id: 'a', wanted, body }).shape.series).toHaveLength(3)
  })

  it.each([
    ['labels', `envoy_server_live{${Array.from({ length: 50_000 }, (_, i) => `l${i}="v"`).join(',')}} 1\n`, 'nothing'],
    ['digits', `envoy_server_live{} ${'1'.repeat(1_000_000)}x\n`, 'malformed_page 1:21'],
    ['digits of a timestamp', `envoy_server_live{} 1 ${'0'.repeat(1_000_000)}x\n`, 'malformed_page 1:23'],
    ['quotes', `# TYPE envoy_server_live gauge\nenvoy_server_live{a="${'"} 1'.repeat(200_000)} x\n`, 'malformed_page 2:25'],
    [
      'words of a name',
      `envoy_server_live{} 1\nenvoy_cluster_${'upstream_rq_retry_'.repeat(50_000)}: 1\nenvoy_cluster_${'a_'.repeat(500_000)}: 1\n`,
      'nothing',
    ],
    [
      'blanks of a comment',
      `envoy_server_live{} 1\n#${' '.repeat(1_000_000)}x\n# TYPE${' '.repeat(1_000_000)}\n`,
      'malformed_page 3:1000007',
    ],
  ])('of time: a line of nothing but %s takes no square of its length', (_, text, expected) => {
    const startMs = cpuMs()
    expect(codeOf(text)).toBe(expected)
    expect(cpuMs() - startMs).toBeLessThan(3000)
  })
})

it('an empty page of a pod without sidecar statistics is no problem', () => {
  const body = Buffer.from('')
  expect(createParser().read({ id: 'a', wanted: { version: 'control-plane', takes: () => true }, body }).shape.series).toEqual([])
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Wanted } from '../../src/model/wanted.ts'
import { createParser } from '../../src/parse/template-parser.ts'
import { linesOf } from './pages.ts'

const wanted: Wanted = { version: 'test', takes: (name) => name.includes('w') }

const names = ['a', 'aw', 'w', 'w_sum', 'b', 'b_w', 'long_name_of_a_family', 'long_name_of_a_wanted']
const labels = [
  '',
  '{}',
  '{c="x"}',
  '{c="z"}',
  '{c="xy"}',
  '{c="x",le="+Inf"}',
  '{c="# TYPE w counter"}',
  '{c="\\n# TYPE w counter\\nw 1\\n"}',
  '{c="ü"}',
]
const numbers = ['0', '7', '12345', '123456789012345', '1234567890123456789', '0.5', '1e9', 'NaN', '+Inf', '-3']

const sample = fc.record({ labels: fc.constantFrom(...labels), value: fc.constantFrom(...numbers) })
const block = fc.record({
  name: fc.constantFrom(...names),
  type: fc.constantFrom('counter', 'gauge', 'histogram', 'untyped'),
  samples: fc.array(sample, { maxLength: 4 }),
  /** What stands around: mostly nothing, as sidecars print it. */
  before: fc.constantFrom('', '', '', '', '', '\n', '# HELP w text\n', '# comment\n', 'w{c="stray"} 1\n', 'a 1\n', ' # TYPE w gauge\n'),
})
type Block = typeof block extends fc.Arbitrary<infer T> ? T : never

const textOf = (blocks: readonly Block[]): Buffer => {
  const lines = blocks.map(({ name, type, samples, before }) => {
    const parts = type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
    const body = parts.flatMap((part) => samples.map((each) => `${name}${part}${each.labels} ${each.value}\n`))
    return `${before}# TYPE ${name} ${type}\n${body.join('')}`
  })
  return Buffer.from(lines.join(''))
}

/** What happens to pages between two scrapes. */
const change = fc.oneof(
  fc.record({ kind: fc.constant('values' as const), value: fc.constantFrom(...numbers) }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat(20) }),
  fc.record({ kind: fc.constant('add' as const), at: fc.nat(20), block }),
  fc.record({ kind: fc.constant('move' as const), at: fc.nat(20), to: fc.nat(20) }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(20) }),
  fc.record({ kind: fc.constant('cluster' as const), labels: fc.constantFrom(...labels), at: fc.nat(4) }),
  fc.record({ kind: fc.constant('without' as const), labels: fc.constantFrom(...labels) }),
)
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

function changed(blocks: readonly Block[], each: Change): readonly Block[] {
  switch (each.kind) {
    case 'values':
      return blocks.map((one) => ({ ...one, samples: one.samples.map((old) => ({ ...old, value: each.value })) }))
    case 'remove':
      return blocks.toSpliced(each.at, 1)
    case 'add':
      return blocks.toSpliced(each.at, 0, each.block)
    case 'move':
      return blocks.toSpliced(each.at, 1).toSpliced(each.to, 0, ...blocks.slice(each.at, each.at + 1))
    case 'repeat':
      return [...blocks, ...blocks.slice(each.at, each.at + 1)]
    case 'cluster':
      return blocks.map((one) => ({ ...one, samples: one.samples.toSpliced(each.at, 0, { labels: each.labels, value: '1' }) }))
    case 'without':
      return blocks.map((one) => ({ ...one, samples: one.samples.filter((old) => old.labels !== each.labels) }))
  }
}

it('a page reads the same whatever was read of its target, and of others, before', () => {
  const pages = fc.tuple(fc.array(block, { minLength: 1, maxLength: 8 }), fc.array(change, { maxLength: 6 }))
  fc.assert(
    fc.property(pages, ([blocks, changes]) => {
      const parser = createParser()
      let now: readonly Block[] = blocks
      for (const each of [undefined, undefined, ...changes]) {
        if (each) now = changed(now, each)
        const body = textOf(now)
        const fresh = createParser().read({ id: 'a', wanted, body })
        for (const id of ['a', 'b', 'a']) {
          const parsed = parser.read({ id, wanted, body })
          expect(parsed.shape).toEqual(fresh.shape)
          expect(linesOf(parsed)).toEqual(linesOf(fresh))
        }
      }
    }),
    { numRuns: 1500 },
  )
})

it('whatever the bytes are, a page is read or refused with its place, and never half', () => {
  const text = fc.string({
    unit: fc.constantFrom(
      'w',
      'a',
      '{',
      '}',
      '"',
      ',',
      '=',
      ' ',
      '\n',
      '\\',
      '1',
      '.',
      'e',
      '#',
      ' # TYPE w ',
      'counter',
      '\t',
      '\r',
      '\0',
      'ü',
    ),
    maxLength: 60,
  })
  fc.assert(
    fc.property(text, fc.array(block, { maxLength: 2 }), (noise, blocks) => {
      const body = Buffer.concat([textOf(blocks), Buffer.from(noise)])
      const read = () => linesOf(createParser().read({ id: 'a', wanted, body }))
      try {
        read()
      } catch (error) {
        expect(error).toMatchObject({ kind: { code: 'malformed_page' }, place: { line: expect.any(Number), column: expect.any(Number) } })
      }
    }),
    { numRuns: 2000 },
  )
})

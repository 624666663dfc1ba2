import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { wantedOfSidecar } from '../../../src/model/wanted.ts'
import type { Parser } from '../../../src/parse/parser.ts'
import { scanPage } from '../../../src/parse/scan.ts'
import { createParser } from '../../../src/parse/template-parser.ts'
import { Problem } from '../../../src/runtime/problem.ts'
import { mutated } from './mutations.ts'
import { outcome, same } from './outcome.ts'

const wanted = wantedOfSidecar('osm', { requestStats: true })
const pages = ['v1.40.0-plain/bookbuyer-osm-filter.prom', 'v1.40.0-wasm/bookbuyer-osm-filter.prom'].map((name) =>
  readFileSync(new URL(`../../fixtures/${name}`, import.meta.url)),
)
const pageWords = [
  '\n',
  ' ',
  '"',
  '\\',
  '{',
  '}',
  ',',
  '# TYPE ',
  '# HELP ',
  'NaN',
  '+Inf',
  '1e400',
  ' 1395066363000',
  'envoy_server_live',
  '\t',
  '\r',
  '\0',
  '\xff',
]

const parsed = (parser: Parser, body: Buffer) =>
  outcome(() => {
    const { shape, values } = parser.read({ id: 'a', wanted, body })
    return { series: shape.series, values: [...values.subarray(0, shape.series.length)] }
  })

const malformed = 'malformed_page'

/** The page without the lines that a strict reader refuses, as long as those are of families that nobody wants. */
function withoutBrokenUnwanted(body: Buffer): Buffer {
  const lines = body.toString('latin1').split('\n')
  for (;;) {
    const left = Buffer.from(lines.join('\n'), 'latin1')
    try {
      createParser().read({ id: 'a', wanted, body: left })
      return left
    } catch (error) {
      if (!(error instanceof Problem) || error.kind.code !== malformed || error.place.line === undefined) return left
      const [line = ''] = lines.splice(error.place.line - 1, 1)
      const [name = ''] = /^\w+/.exec(line.replace(/^#\s*TYPE\s+/, '')) ?? []
      if (wanted.takes(name)) throw new Error(`a broken line was taken: ${line}`, { cause: error })
    }
  }
}

/** Whether samples stand outside of their family, which the format forbids: among those that nobody wants they are not looked for. */
function hasStrays(body: Buffer): boolean {
  let strays = 0
  scanPage(body, { sample: (_, own) => void (strays += own ? 0 : 1) })
  return strays > 0
}

/**
 * A page reads the same by template and line by line. Once a page is learnt, samples of families that nobody wants are not read any more: what is broken
 * there may pass, and moves nothing.
 */
export const parsing = fc.property(fc.constantFrom(...pages), mutated(pages, pageWords), (before, body) => {
  const parser = createParser()
  parser.read({ id: 'a', wanted, body: before })
  const fresh = parsed(createParser(), body)
  const again = parsed(parser, body)
  same(parsed(parser, body), again, 'once more')
  if (typeof again === 'string') return same(again, fresh, 'after another page')
  const sound = fresh === malformed ? withoutBrokenUnwanted(body) : body
  return hasStrays(sound) || same(again, parsed(createParser(), sound), 'after another page')
})

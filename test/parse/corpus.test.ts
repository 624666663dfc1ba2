import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Labels, labelsKey } from '../../src/model/labels.ts'
import { readExposition } from '../../src/parse/exposition.ts'
import { Problem } from '../../src/runtime/problem.ts'

interface Case {
  readonly id: number
  readonly name: string
  readonly tier: 'must' | 'server'
  readonly valid: boolean
  readonly input?: string
  readonly input_base64?: string
  readonly samples?: readonly {
    readonly name: string
    readonly labels: Labels
    readonly value: string
    readonly timestamp: number | null
  }[]
}

/** Where readers of the field disagree we judge as the Prometheus server does, but for these. */
const stricter: Readonly<Record<number, string>> = {
  20: 'A raw newline inside a label value: the format wants it escaped, and lines could pretend to be a label.',
  231: 'A NUL byte where a line should begin: the server ends its reading there, and would take the first half of a damaged page for the whole.',
}

const { cases } = JSON.parse(readFileSync(new URL('../corpus/textformat.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[]
}
const bodyOf = ({ input, input_base64: base64 = '' }: Case): Buffer =>
  input === undefined ? Buffer.from(base64, 'base64') : Buffer.from(input)
const numberOf = (text: string): number => Number(text.replace(/Inf$/, 'Infinity'))
const present = (labels: Labels): Labels => Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
const shown = (name: string, labels: Labels, rest: readonly unknown[]): string => `${name}{${labelsKey(present(labels))}} ${rest.join(' ')}`

const read = (body: Buffer): readonly string[] | undefined => {
  try {
    return readExposition(body).map(({ name, labels, value, timestamp }) => shown(name, labels, [value, timestamp ?? '']))
  } catch (error) {
    if (error instanceof Problem && error.place.line && error.place.column) return undefined
    throw error
  }
}

describe('the text format as its four common readers judge it', () => {
  it.each(cases)('$tier $id: $name', (each) => {
    const verdict = each.valid && !(each.id in stricter)
    const expected = verdict
      ? each.samples?.map(({ name, labels, value, timestamp }) => shown(name, labels, [numberOf(value), timestamp ?? '']))
      : undefined
    expect(read(bodyOf(each))).toEqual(expected)
  })

  it('is stricter than the server only where readers disagree', () => {
    expect(cases.filter(({ id }) => id in stricter).map(({ tier, valid }) => `${tier} ${valid}`)).toEqual(['server true', 'server true'])
  })
})

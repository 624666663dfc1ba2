import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { readDocuments } from '../../src/discover/files/documents.ts'

const warnings: string[] = []
const heard = ({ message }: Error) => void warnings.push(message)
beforeEach(() => {
  warnings.length = 0
  process.on('warning', heard)
})
afterEach(() => void process.off('warning', heard))

/** Odd, but YAML: the library would rather warn on standard error than be quiet. */
const odd = {
  'a map as a key': '? {kind: Pod}\n: {name: odd}\n',
  'a list as a key': '? [a, b]\n: c\n',
  'a directive nobody knows': '%ODD 1\n---\nkind: Pod\n',
  'a version nobody knows': '%YAML 9.9\n---\nkind: Pod\n',
  'a tag nobody knows': 'kind: !odd Pod\n',
}

it.each(Object.entries(odd))('%s is read without a word on standard error', async (_, text) => {
  expect(readDocuments(text, 'odd.yaml')[0]?.value).toBeTypeOf('object')
  await turn()
  expect(warnings).toEqual([])
})

it.each(Object.entries(odd))('%s in a configuration leaks nothing either', async (_, text) => {
  expect(() => loadConfig(text, { file: 'odd.yaml', env: {} })).toThrow(/./)
  await turn()
  expect(warnings).toEqual([])
})

it('what is wrong is still said, and where', () =>
  expect(() => readDocuments('kind: Pod\nname: [odd\n', 'odd.yaml')).toThrow(
    expect.objectContaining({ kind: expect.objectContaining({ code: 'file_malformed' }), place: { file: 'odd.yaml', line: 3, column: 1 } }),
  ))

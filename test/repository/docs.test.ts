import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { generatedPages } from '../../docs/catalogue.ts'

const docs = join(import.meta.dirname, '../../docs')

it.each(Object.entries(generatedPages))('docs/%s says what the source says (else: npm run docs)', async (name, text) => {
  expect(await readFile(join(docs, name), 'utf8')).toBe(text)
})

it('every page in docs/ that claims to be generated is', async () => {
  const pages = (await readdir(docs)).filter((name) => name.endsWith('.md'))
  const texts = await Promise.all(pages.map((name) => readFile(join(docs, name), 'utf8')))
  expect(pages.filter((_, i) => texts[i]?.startsWith('<!-- Written by'))).toEqual(Object.keys(generatedPages).sort())
})

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { follow } from './folder.ts'

/** Each folder of manifests, and what discovery makes of it: the whole outcome, with files named from the manifests' folder. */
const cases = fileURLToPath(new URL('../cases/discover/', import.meta.url))

it.each(readdirSync(cases))('makes of the manifests "%s" what is written beside them', async (name) => {
  const folder = `${cases}${name}/manifests`
  const { discovery, start, found } = follow({
    discover: { source: 'manifests', manifests: { path: 'manifests' } },
    baseDirectory: `${cases}${name}`,
  })
  await start()
  await discovery.close()
  expect(found).toHaveLength(1)
  const text = JSON.stringify({ ...found[0], notes: undefined }, (_, value: unknown) =>
    value instanceof Set ? [...value] : value,
  ).replaceAll(`${folder}/`, '')
  expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(`${cases}${name}/expected.json`, 'utf8')))
})

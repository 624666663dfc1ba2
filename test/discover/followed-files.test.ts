import { appendFile, mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FollowedFiles } from '../../src/discover/files/followed-files.ts'
import { list } from '../../src/discover/files/listing.ts'
import { temporaryFolder } from './folder.ts'

const asText = (path: string) => new FollowedFiles([path], (text) => text, { files: 5, bytes: 100 })

it('reads a file that is being written only once it rests', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'a.yaml')
  const files = asText(folder.path)
  await files.look()
  await writeFile(file, 'one ')
  expect(await files.look()).toMatchObject({ values: [], restless: true, complete: false })
  await appendFile(file, 'two ')
  expect(await files.look()).toMatchObject({ values: [], restless: true })
  await appendFile(file, 'three')
  expect(await files.look()).toMatchObject({ values: [], restless: true })
  expect(await files.look()).toMatchObject({ values: ['one two three'], restless: false, complete: true, changed: true })
  expect(await files.look()).toMatchObject({ values: ['one two three'], restless: false, changed: false })
})

it('does not lose sight of what moves from one file to another', async () => {
  await using folder = await temporaryFolder()
  const [before, after, other] = ['a', 'b', 'c'].map((name) => join(folder.path, `${name}.yaml`)) as [string, string, string]
  await writeFile(before, 'pod')
  const files = asText(folder.path)
  await files.look()
  await rm(before)
  await writeFile(after, 'pod')
  await writeFile(other, 'pod two')
  expect((await files.look()).values).toEqual(['pod'])
  expect((await files.look()).values).toEqual(['pod', 'pod two'])
  await rm(after)
  expect(await files.look()).toMatchObject({ values: ['pod two'], changed: true, restless: false })
})

it('forgets a file that is gone before it was read', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'a.yaml')
  const files = asText(folder.path)
  await files.look()
  await writeFile(file, 'half')
  await files.look()
  await rm(file)
  expect(await files.look()).toMatchObject({ values: [], complete: true, restless: false })
})

it('does not wait for ever for a file that never rests', async () => {
  await using folder = await temporaryFolder()
  const files = asText(folder.path)
  await files.look()
  let looks = 0
  for (let values: readonly string[] = []; values.length === 0; looks++) {
    await appendFile(join(folder.path, 'a.yaml'), `line ${looks}\n`)
    values = (await files.look()).values
  }
  expect(looks).toBeLessThan(10) // at ten looks a second while something is written
})

it('leaves a file that is too large as it was', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'a.yaml')
  await writeFile(file, 'small')
  const files = asText(folder.path)
  await files.look()
  await truncate(file, 101)
  await files.look()
  expect(await files.look()).toMatchObject({ values: ['small'], problems: [{ code: 'file_too_large', file }] })
})

it('drops the mark that some editors put at the front of a file', async () => {
  await using folder = await temporaryFolder()
  await writeFile(join(folder.path, 'a.yaml'), '\uFEFFkind: Pod')
  expect((await asText(folder.path).look()).values).toEqual(['kind: Pod'])
})

it('lists YAML and JSON files of all subfolders in order, but nothing hidden, and not more than allowed', async () => {
  await using folder = await temporaryFolder()
  await mkdir(join(folder.path, 'b/c'), { recursive: true })
  await mkdir(join(folder.path, '.git'))
  for (const file of ['z.yaml', 'a.json', 'b/c/d.yml', 'b/e.yaml', 'notes.md', '.x.yaml', '.git/y.yaml', 'f.yaml~'])
    await writeFile(join(folder.path, file), '')
  await symlink('..', join(folder.path, 'b/up.yaml')) // a link that leads back up ends somewhere
  await symlink('nowhere', join(folder.path, 'dangling.yaml'))
  const names = async (limit: number) => {
    const { files, more, failures } = await list([folder.path], limit)
    return {
      files: [...new Set(files.map(({ path }) => path.slice(folder.path.length + 1)))].filter((path) => !path.includes('up.yaml')),
      more,
      failures,
    }
  }
  expect(await names(1_000)).toEqual({ files: ['a.json', 'b/c/d.yml', 'b/e.yaml', 'z.yaml'], more: false, failures: [] })
  expect(await names(2)).toEqual({ files: ['a.json'], more: true, failures: [] })
})

it('keeps files that it can list no more, where there are too many', async () => {
  await using folder = await temporaryFolder()
  await writeFile(join(folder.path, 'z.yaml'), 'z')
  const files = asText(folder.path)
  await files.look()
  for (const name of ['a', 'b', 'c', 'd']) await writeFile(join(folder.path, `${name}.yaml`), name)
  const look = await files.look()
  expect(look).toMatchObject({ problems: [{ code: 'too_many_files' }], values: ['z'], changed: true, complete: false })
  await rm(join(folder.path, 'a.yaml'))
  expect(await files.look()).toMatchObject({ values: ['b', 'c', 'd', 'z'], problems: [], changed: true, complete: true })
})

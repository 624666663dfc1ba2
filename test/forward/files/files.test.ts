import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DeliveryProblem } from '../../../src/forward/destination.ts'
import { Files } from '../../../src/forward/files/files.ts'
import { namesIn, rowsNamed } from '../../support/outbox.ts'

let folder: string
beforeEach(async () => (folder = join(await mkdtemp(join(tmpdir(), 'files-test-')), 'rows')))
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }))

const files = (options: { readonly rotateAt?: number; readonly keep?: number } = {}) =>
  new Files({ path: folder, rotateAt: 2 ** 20, keep: 10, ...options })
const namesOf = async (file: string) => namesIn(await readFile(join(folder, file)))
const listed = async () => (await readdir(folder)).sort()

it('appends rows to a file in a folder that it makes, over restarts too', async () => {
  await files().send(rowsNamed(['a', 'b']))
  await files().send(rowsNamed(['c']))
  expect(await namesOf('rows.ndjson')).toEqual(['a', 'b', 'c'])
})

it('begins another file when one is full, and keeps so many of the old ones', async () => {
  const rotating = files({ rotateAt: 30, keep: 2 })
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await rotating.send(rowsNamed([name]))
  expect(await listed()).toEqual(['rows-000002.ndjson', 'rows-000003.ndjson', 'rows.ndjson'])
  expect(await namesOf('rows-000002.ndjson')).toEqual(['c', 'd'])
  expect(await namesOf('rows.ndjson')).toEqual(['g', 'h'])
})

it('keeps none of the old ones where that is asked for', async () => {
  const rotating = files({ rotateAt: 30, keep: 0 })
  for (const name of ['a', 'b', 'c']) await rotating.send(rowsNamed([name]))
  expect(await listed()).toEqual(['rows.ndjson'])
  expect(await namesOf('rows.ndjson')).toEqual(['c'])
})

it('writes a chunk that is larger than a file whole', async () => {
  await files({ rotateAt: 10 }).send(rowsNamed(['a', 'b', 'c']))
  expect(await namesOf('rows.ndjson')).toEqual(['a', 'b', 'c'])
})

it('takes back a line that was cut short, also the only one', async () => {
  await files().send(rowsNamed(['a']))
  await appendFile(join(folder, 'rows.ndjson'), '{"Name":"b"}\n{"Na')
  await files().send(rowsNamed(['c']))
  expect(await namesOf('rows.ndjson')).toEqual(['a', 'b', 'c'])
  await writeFile(join(folder, 'rows.ndjson'), '{"Na')
  await files().send(rowsNamed(['d']))
  expect(await namesOf('rows.ndjson')).toEqual(['d'])
})

it('goes on when somebody moves or deletes the file', async () => {
  const writing = files()
  await writing.send(rowsNamed(['a']))
  await rm(folder, { recursive: true })
  await writing.send(rowsNamed(['b']))
  expect(await namesOf('rows.ndjson')).toEqual(['b'])
})

it('says why it cannot write, as something that may pass', async () => {
  await writeFile(folder, 'in the way')
  const failing = files().send(rowsNamed(['a']))
  await expect(failing).rejects.toThrow(DeliveryProblem)
  await expect(failing).rejects.toMatchObject({ kind: { code: 'files_unwritable', retryable: true } })
})

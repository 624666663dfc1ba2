import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '../runtime/problem.ts'
import type { DashboardFile } from './dashboards-files.ts'
import { fileReasonOf } from './file-reason.ts'
import { cliProblems } from './problems.ts'

export interface WrittenFile {
  /** As the person named the folder. */
  readonly path: string
  readonly change: 'wrote' | 'unchanged'
}

/**
 * Writes files into a folder: all, or none where one would be written over.
 *
 * @throws {Problem} `files_differ` unless `force`; `file_unwritable`
 */
export async function writeFiles(
  files: readonly DashboardFile[],
  { folder, force }: { readonly folder: string; readonly force: boolean },
): Promise<readonly WrittenFile[]> {
  const looked = await Promise.all(
    files.map(async ({ path, text }) => ({ place: join(folder, path), text, there: await there(join(folder, path)) })),
  )
  const differing = looked.filter(({ text, there }) => there !== undefined && there !== text)
  if (differing.length > 0 && !force) {
    const names = differing.map(({ place }) => place).join(', ')
    throw new Problem(cliProblems.files_differ, `nothing was written: ${names} say${differing.length === 1 ? 's' : ''} something else`)
  }
  const written: WrittenFile[] = []
  for (const { place, text, there } of looked) {
    if (there !== text) await write(place, text)
    written.push({ path: place, change: there === text ? 'unchanged' : 'wrote' })
  }
  return written
}

/** @returns `undefined` where there is no such file yet */
async function there(place: string): Promise<string | undefined> {
  try {
    return await readFile(place, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unwritable(place, error)
  }
}

async function write(place: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(place), { recursive: true })
    await writeFile(place, text)
  } catch (error) {
    throw unwritable(place, error)
  }
}

const unwritable = (place: string, error: unknown) =>
  new Problem(cliProblems.file_unwritable, `the file ${place} cannot be written: ${fileReasonOf(error)}`, { cause: error })

import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Where rows are written now. */
export const currentFile = 'rows.ndjson'

const rotatedFile = /^rows-(\d{6,})\.ndjson$/
const nameOf = (number: number): string => `rows-${String(number).padStart(6, '0')}.ndjson`

/** Gives the current file the next number, and deletes the oldest beyond `keep`. */
export async function rotate(folder: string, keep: number): Promise<void> {
  const numbers = (await readdir(folder))
    .flatMap((name) => rotatedFile.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
  const next = (numbers.at(-1) ?? 0) + 1
  await rename(join(folder, currentFile), join(folder, nameOf(next)))
  const surplus = Math.max(0, numbers.length + 1 - keep)
  for (const number of [...numbers, next].slice(0, surplus)) await rm(join(folder, nameOf(number)), { force: true })
}

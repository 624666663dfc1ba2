import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Chunk } from '../../model/chunk.ts'
import { DeliveryProblem, type Destination } from '../destination.ts'
import type { FilesOptions } from './options.ts'
import { filesProblems } from './problems.ts'
import { currentFile, rotate } from './rotated.ts'

const newline = 0x0a
/** A line cut short is no longer than what one chunk holds. */
const longestTailBytes = 2 ** 20

/**
 * Rows as NDJSON in a folder, whole lines only: one that a crash or a full disk cut short is taken back, since its chunk comes again. No file is held open
 * between chunks, so that files may be moved and deleted by anybody.
 */
export class Files implements Destination {
  readonly name = 'files'
  readonly kind = 'rows'
  readonly #options: FilesOptions

  /** @param options with an absolute path */
  constructor(options: FilesOptions) {
    this.#options = options
  }

  async send({ body }: Chunk): Promise<void> {
    const { path, rotateAt, keep } = this.#options
    try {
      await mkdir(path, { recursive: true })
      if (await append(path, body, rotateAt)) return
      await rotate(path, keep)
      await append(path, body, Infinity)
    } catch (error) {
      throw new DeliveryProblem(filesProblems.files_unwritable, `Rows cannot be written to ${path}: ${String(error)}`, { cause: error })
    }
  }

  async close(): Promise<void> {}
}

/** @returns whether there was room below `limit`; nothing was written otherwise. An empty file has room for anything. */
async function append(folder: string, body: Uint8Array, limit: number): Promise<boolean> {
  const file = await open(join(folder, currentFile), 'a+')
  try {
    const size = await wholeLines(file)
    if (size > 0 && size + body.length > limit) return false
    try {
      await file.appendFile(body)
      await file.datasync()
    } catch (error) {
      await file.truncate(size)
      throw error
    }
    return true
  } finally {
    await file.close()
  }
}

/** Takes back a line that was cut short. @returns the size in bytes */
async function wholeLines(file: FileHandle): Promise<number> {
  const { size } = await file.stat()
  const last = Buffer.from([newline])
  if (size > 0) await file.read(last, 0, 1, size - 1)
  if (last[0] === newline) return size
  const tail = Buffer.alloc(Math.min(size, longestTailBytes))
  await file.read(tail, 0, tail.length, size - tail.length)
  const whole = size - tail.length + tail.lastIndexOf(newline) + 1
  await file.truncate(whole)
  return whole
}

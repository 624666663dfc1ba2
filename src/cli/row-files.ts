import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../runtime/problem.ts'
import { fileReasonOf } from './file-reason.ts'
import { cliProblems } from './problems.ts'

/** Lines that stand one after the other in a file. */
export interface LineBatch {
  readonly file: string
  /** Of the first one; from 1. */
  readonly line: number
  readonly lines: readonly string[]
}

const currentFile = 'rows.ndjson'
const isRotated = /^rows-\d{6,}\.ndjson$/
const blockBytes = 2 ** 20
const newline = 0x0a

/**
 * The lines of a file of rows, or of a folder that the collector writes them to, the oldest first.
 *
 * @param next when to look for more, once all was read: it resolves to whether to look; without it, what is there is all
 * @throws {Problem} `file_unreadable`
 */
export async function* rowLines(path: string, next?: () => Promise<boolean>): AsyncGenerator<LineBatch> {
  try {
    const { older, current } = await filesAt(path)
    for (const file of older) {
      await using lines = await LineFile.open(file)
      yield* lines.more()
    }
    yield* next ? followed(current, next) : once(current, older.length > 0)
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem(cliProblems.file_unreadable, `${path} cannot be read: ${fileReasonOf(error)}`, { cause: error })
  }
}

async function filesAt(path: string): Promise<{ readonly older: readonly string[]; readonly current: string }> {
  if (!(await stat(path)).isDirectory()) return { older: [], current: path }
  const numbered = (await readdir(path)).filter((name) => isRotated.test(name))
  const older = numbered.sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).map((name) => join(path, name))
  return { older, current: join(path, currentFile) }
}

async function* once(file: string, mayBeMissing: boolean): AsyncGenerator<LineBatch> {
  const opened = await LineFile.open(file).catch((error: unknown) => {
    if (mayBeMissing && isMissing(error)) return undefined
    throw error
  })
  if (!opened) return
  await using lines = opened
  yield* lines.more()
}

/** Goes over to the file that takes the place of the one before, once that was read to its end. */
async function* followed(file: string, next: () => Promise<boolean>): AsyncGenerator<LineBatch> {
  do {
    const opened = await LineFile.open(file).catch(unlessMissing)
    if (!opened) continue
    await using lines = opened
    do {
      const isReplaced = await lines.isReplaced()
      yield* lines.more()
      if (isReplaced) break
    } while (await next())
  } while (await next())
}

/** Whole lines only: one that is being written is read when it is whole. */
class LineFile implements AsyncDisposable {
  readonly #file: string
  readonly #handle: FileHandle
  #at = 0
  #line = 1

  private constructor(file: string, handle: FileHandle) {
    this.#file = file
    this.#handle = handle
  }

  static async open(file: string): Promise<LineFile> {
    return new LineFile(file, await open(file))
  }

  /** What came since it was read last. */
  async *more(): AsyncGenerator<LineBatch> {
    const block = Buffer.alloc(blockBytes)
    for (;;) {
      const { bytesRead } = await this.#handle.read(block, 0, blockBytes, this.#at)
      const end = block.subarray(0, bytesRead).lastIndexOf(newline)
      if (end < 0) return
      const lines = block.toString('utf8', 0, end).split('\n')
      yield { file: this.#file, line: this.#line, lines }
      this.#at += end + 1
      this.#line += lines.length
    }
  }

  async isReplaced(): Promise<boolean> {
    const now = await stat(this.#file).catch(unlessMissing)
    return now?.ino !== (await this.#handle.stat()).ino
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}

import { readFile } from 'node:fs/promises'
import type { InputProblem } from '../../model/discovered.ts'
import { Problem } from '../../runtime/problem.ts'
import { asInputProblem, discoverProblems, inputProblem } from '../problems.ts'
import { list, type Listed, type Listing } from './listing.ts'

const mebibyte = 2 ** 20
const usualLimits: FileLimits = { files: 10_000, bytes: 16 * mebibyte }

/** Bounds for what a folder can make us do: how many files and folders are looked at, and how large a file is read. */
interface FileLimits {
  readonly files: number
  readonly bytes: number
}

/** A file that goes on changing is read after so many looks all the same: it cannot keep us waiting for ever. */
const patience = 5

/** What is known of one file. */
interface Followed<T> {
  /** What was read of it when it was good last. */
  readonly value: T | undefined
  readonly problem: InputProblem | undefined
  /** The signature that `value` and `problem` are of. */
  readonly read: string | undefined
  /** Another signature that it was last seen with, and how often it was seen changing. */
  readonly unread: string | undefined
  readonly looks: number
}

const unknown = { value: undefined, problem: undefined, read: undefined, unread: undefined, looks: 0 }

/** The outcome of one look at all files. */
export interface Look<T> {
  /** The last good content of every file that has one, in the order of paths. */
  readonly values: readonly T[]
  /** Every file was good at least once. */
  readonly complete: boolean
  readonly problems: readonly InputProblem[]
  readonly changed: boolean
  /** Something is being written just now: look again soon. */
  readonly restless: boolean
}

/**
 * Files and folders that are followed by looking at them: works on every file system, mounted ConfigMaps included.
 *
 * A file that became wrong keeps what was good of it; a file that is gone takes its content along. A file that changes is read once it is seen twice
 * alike, so that one that is being written is not read by halves.
 */
export class FollowedFiles<T> {
  readonly #roots: readonly string[]
  readonly #read: (text: string, file: string) => T
  readonly #limits: FileLimits
  #files = new Map<string, Followed<T>>()
  #faultsText = ''
  #first = true

  /** @param read makes content of a file's text; a `Problem` that it throws says what is wrong with the file */
  constructor(roots: readonly string[], read: (text: string, file: string) => T, limits: FileLimits = usualLimits) {
    this.#roots = roots
    this.#read = read
    this.#limits = limits
  }

  /**
   * Looks at all files, and reads those that changed.
   *
   * @throws Problem `source_missing` or `source_unreadable` when a root cannot be read at the first look; later that is one of the problems, and
   * what was read stays
   */
  async look(): Promise<Look<T>> {
    const listing = await list(this.#roots, this.#limits.files)
    if (this.#first) refuseFailures(listing)
    const before = this.#files
    const after = new Map<string, Followed<T>>()
    for (const listed of listing.files) after.set(listed.path, await this.#follow(listed))
    const restless = [...after.values()].some(({ unread }) => unread !== undefined)
    // What cannot be listed is not gone; what is gone while something is being written may be on its way there.
    if (restless || listing.failures.length > 0 || listing.more)
      for (const [path, file] of before) if (file.read !== undefined && !after.has(path)) after.set(path, file)

    const faults = faultsOf(listing, this.#limits)
    const faultsText = faults.map(({ message }) => message).join('\n')
    const files = [...after]
    const changed =
      faultsText !== this.#faultsText || after.size !== before.size || files.some(([path, { read }]) => before.get(path)?.read !== read)
    this.#files = after
    this.#faultsText = faultsText
    this.#first = false
    return {
      values: files.flatMap(([, { value }]) => (value === undefined ? [] : [value])),
      complete: files.every(([, { value }]) => value !== undefined) && !listing.more,
      problems: [...faults, ...files.flatMap(([, { problem }]) => problem ?? [])],
      changed,
      restless,
    }
  }

  async #follow(listed: Listed): Promise<Followed<T>> {
    const { path, signature } = listed
    const known: Followed<T> = this.#files.get(path) ?? unknown
    if (known.read === signature) return { ...known, unread: undefined, looks: 0 }
    const settled = this.#first || known.unread === signature || known.looks >= patience
    if (!settled) return { ...known, unread: signature, looks: known.looks + 1 }
    try {
      return { ...unknown, value: await this.#content(listed), read: signature }
    } catch (error) {
      if (error instanceof Problem) return { ...unknown, value: known.value, problem: asInputProblem(error), read: signature }
      // The file system failed, not the file: it is read again at the next look.
      const problem = inputProblem(discoverProblems.source_unreadable, `The file cannot be read: ${(error as Error).message}.`, {
        file: path,
      })
      return { ...unknown, value: known.value, problem }
    }
  }

  async #content({ path, bytes }: Listed): Promise<T> {
    const message = `The file holds ${bytes} bytes; at most ${this.#limits.bytes} are read.`
    if (bytes > this.#limits.bytes) throw new Problem(discoverProblems.file_too_large, message, { place: { file: path } })
    const text = await readFile(path, 'utf8')
    return this.#read(text.replace(/^\uFEFF/, ''), path)
  }
}

function refuseFailures({ failures }: Listing): void {
  const [failure] = failures
  if (!failure) return
  const { path: file, error } = failure
  if (error.code === 'ENOENT')
    throw new Problem(discoverProblems.source_missing, `${file} does not exist.`, { cause: error, place: { file } })
  throw new Problem(discoverProblems.source_unreadable, `${file} cannot be read: ${error.message}.`, { cause: error, place: { file } })
}

function faultsOf({ more, failures }: Listing, limits: FileLimits): InputProblem[] {
  const message = `There are more than ${limits.files} files and folders; the rest is left out.`
  return [
    ...(more ? [inputProblem(discoverProblems.too_many_files, message)] : []),
    ...failures.map(({ path: file, error }) =>
      inputProblem(discoverProblems.source_unreadable, `Cannot be read: ${error.message}.`, { file }),
    ),
  ]
}

import { readFile, stat } from 'node:fs/promises'

/** Identity of a file's content as the file system tells it, of several files together. */
async function stampOf(paths: readonly string[]): Promise<string> {
  const stats = await Promise.all(paths.map((path) => stat(path, { bigint: true })))
  return stats.map(({ ino, size, mtimeNs, ctimeNs }) => [ino, size, mtimeNs, ctimeNs].join()).join(' ')
}

/**
 * Files that are read again when they change. Mounted secrets change by a link that turns to another folder, which watching a path misses; so
 * their state is asked for.
 */
export class FollowedFiles<T> {
  readonly #paths: readonly string[]
  readonly #make: (texts: readonly string[]) => T
  #stamp = ''
  #current: T | undefined

  /** @param make turns the files' texts into what is used; throws what speaks against it */
  constructor(paths: readonly string[], make: (texts: readonly string[]) => T) {
    this.#paths = paths
    this.#make = make
  }

  /** What the last good read made; throws before there was one. */
  get current(): T {
    if (this.#current === undefined) throw new Error(`${this.#paths.join(', ')} have not been read yet`)
    return this.#current
  }

  /** Reads the files if they changed since the last look. Throws for files that cannot be read or used, once per change; `current` then stays. */
  async refresh(): Promise<{ readonly changed: boolean }> {
    const stamp = await stampOf(this.#paths).catch((error: unknown) => {
      const gone = `gone: ${String(error)}`
      if (this.#stamp === gone) return gone
      this.#stamp = gone
      throw error
    })
    if (stamp === this.#stamp) return { changed: false }
    this.#stamp = stamp
    this.#current = this.#make(await Promise.all(this.#paths.map((path) => readFile(path, 'utf8'))))
    return { changed: true }
  }
}

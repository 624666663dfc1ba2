import { execFile } from 'node:child_process'
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A small file system of its own, to be spoilt. */
export class Volume {
  readonly path: string
  readonly #image: string | undefined

  private constructor(path: string, image?: string) {
    this.path = path
    this.#image = image
  }

  /** In memory, of that size. Throws where nothing may be mounted. */
  static async inMemory(path: string, size: string): Promise<Volume> {
    await mkdir(path)
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', path])
    return new Volume(path)
  }

  /** In a file beside it, as a disk has it: that one can break. Throws where there are no loop devices. */
  static async inFile(path: string, bytes: number): Promise<Volume> {
    const image = `${path}.image`
    await mkdir(path)
    await writeFile(image, '')
    await truncate(image, bytes)
    await run('mkfs.ext4', ['-q', '-F', image])
    const volume = new Volume(path, image)
    await volume.#mountImage()
    return volume
  }

  /** Takes all room that is left. */
  async fill(): Promise<void> {
    await writeFile(join(this.path, 'ballast'), Buffer.alloc(64 * 2 ** 20)).catch(unlessFull)
    await writeFile(join(this.path, 'grains'), Buffer.alloc(2 ** 20)).catch(unlessFull)
  }

  async empty(): Promise<void> {
    for (const name of ['ballast', 'grains']) await rm(join(this.path, name), { force: true })
  }

  /** Nobody may have a file of it open for writing. */
  async setReadOnly(readOnly: boolean): Promise<void> {
    await run('mount', ['-o', `remount,${readOnly ? 'ro' : 'rw'}`, this.path])
  }

  /** As after an error of the device: from now on nothing can be written, whatever is open. What was written before has reached it. */
  async breakDown(): Promise<void> {
    await run('sync', ['--file-system', this.path])
    await run('mount', ['-o', 'remount,abort', this.path]).catch(() => {}) // it works, and says that it did not
  }

  /** As after a repair. */
  async replace(): Promise<void> {
    await this.unmount()
    await this.#mountImage()
  }

  async unmount(): Promise<void> {
    await run('umount', [this.path])
  }

  async #mountImage(): Promise<void> {
    await run('mount', ['-o', 'loop,errors=remount-ro', this.#image ?? '', this.path])
  }
}

function unlessFull(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
}

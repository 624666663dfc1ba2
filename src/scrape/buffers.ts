import { Problem } from '../runtime/problem.ts'
import { scrapeProblems } from './problems.ts'

const newline = 0x0a
const firstBytes = 64 * 1024
const spareBytes = 32 * 1024 * 1024

/** A page's body while it is read: grows as bytes arrive, never on a mere announcement, and never beyond its limit. */
export class PageBuffer {
  readonly #limitBytes: number
  #bytes: Buffer = Buffer.allocUnsafeSlow(0)
  #length = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get length(): number {
    return this.#length
  }

  get capacity(): number {
    return this.#bytes.length
  }

  /** Whether it ends where a line does; an empty one does. */
  get endsLine(): boolean {
    return this.#length === 0 || this.#bytes[this.#length - 1] === newline
  }

  /** What is in it, without a copy: good until the buffer is cleared. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /**
   * Says that so many bytes are announced.
   *
   * @throws {Problem} `page_too_large` when they would not fit
   */
  admit(bytes: number): void {
    if (this.#length + bytes > this.#limitBytes) {
      throw new Problem(scrapeProblems.page_too_large, `The page is larger than scrape.bodyLimit, ${this.#limitBytes} bytes.`)
    }
  }

  /** Copies `source[from, to)` to its end. @throws {Problem} `page_too_large` */
  append(source: Buffer, from: number, to: number): void {
    this.admit(to - from)
    const needed = this.#length + to - from
    if (needed > this.#bytes.length) this.#grow(needed)
    source.copy(this.#bytes, this.#length, from, to)
    this.#length = needed
  }

  clear(): void {
    this.#length = 0
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.min(this.#limitBytes, Math.max(firstBytes, needed, this.#bytes.length * 2)))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

/** Page buffers for reuse: as many as there are scrapes in their body at one time; what lies spare is bounded. */
export class BufferPool {
  readonly #limitBytes: number
  readonly #spare: PageBuffer[] = []
  #spareBytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  take(): PageBuffer {
    const buffer = this.#spare.pop()
    if (!buffer) return new PageBuffer(this.#limitBytes)
    this.#spareBytes -= buffer.capacity
    return buffer
  }

  /** Takes a buffer back; nobody may hold a view of it any longer. */
  give(buffer: PageBuffer): void {
    buffer.clear()
    if (this.#spareBytes + buffer.capacity > spareBytes) return
    this.#spareBytes += buffer.capacity
    this.#spare.push(buffer)
  }
}

import { Problem } from '../runtime/problem.ts'
import type { PageBuffer } from './buffers.ts'
import { scrapeProblems } from './problems.ts'

const CR = 13
const LF = 10
const extraLimitBytes = 16 * 1024
const sizeDigits = 12

type State = 'size' | 'extension' | 'size-lf' | 'data' | 'data-cr' | 'data-lf' | 'trailer' | 'done'

/** Takes chunks out of a body of HTTP/1.1, wherever the network cuts it. Extensions and trailers are passed over. Source: RFC 9112 §7.1. */
export class ChunkReader {
  readonly #body: PageBuffer
  #state: State = 'size'
  #size = 0
  #digits = 0
  #extraBytes = 0
  #lineIsEmpty = true

  constructor(body: PageBuffer) {
    this.#body = body
  }

  get done(): boolean {
    return this.#state === 'done'
  }

  /**
   * Takes `bytes[from, to)` up to the body's end.
   *
   * @returns where it stopped
   * @throws {Problem} `bad_framing`, `page_too_large`, `head_too_large`
   */
  push(bytes: Buffer, from: number, to: number): number {
    let at = from
    while (at < to && this.#state !== 'done') {
      if (this.#state !== 'data') {
        this.#step(bytes[at++] as number)
        continue
      }
      const stop = Math.min(to, at + this.#size)
      this.#body.append(bytes, at, stop)
      this.#size -= stop - at
      at = stop
      if (this.#size === 0) this.#state = 'data-cr'
    }
    return at
  }

  #step(byte: number): void {
    switch (this.#state) {
      case 'size':
        return this.#sizeByte(byte)
      case 'extension':
        this.#extra()
        if (byte === LF) throw broken()
        if (byte === CR) this.#state = 'size-lf'
        return
      case 'size-lf':
        if (byte !== LF) throw broken()
        return this.#begin()
      case 'data-cr':
        if (byte !== CR) throw broken()
        this.#state = 'data-lf'
        return
      case 'data-lf':
        if (byte !== LF) throw broken()
        this.#state = 'size'
        return
      default:
        return this.#trailerByte(byte)
    }
  }

  #sizeByte(byte: number): void {
    const digit = hexDigit(byte)
    if (digit >= 0) {
      this.#size = this.#size * 16 + digit
      if (++this.#digits > sizeDigits) throw broken()
      return
    }
    if (this.#digits === 0) throw broken()
    if (byte === CR) this.#state = 'size-lf'
    else if (byte === 0x3b || byte === 0x20 || byte === 0x09) this.#state = 'extension'
    else throw broken()
  }

  #begin(): void {
    this.#digits = 0
    this.#body.admit(this.#size)
    this.#state = this.#size === 0 ? 'trailer' : 'data'
  }

  #trailerByte(byte: number): void {
    this.#extra()
    if (byte === LF) {
      if (this.#lineIsEmpty) this.#state = 'done'
      this.#lineIsEmpty = true
    } else if (byte !== CR) this.#lineIsEmpty = false
  }

  /** One more byte that is neither size nor data: a peer could send those for ever. */
  #extra(): void {
    if (++this.#extraBytes > extraLimitBytes)
      throw new Problem(scrapeProblems.head_too_large, "The answer's chunk extensions and trailers are too large.")
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

function broken(): Problem {
  return new Problem(scrapeProblems.bad_framing, 'The answer is said to be chunked, and its chunks are broken.')
}

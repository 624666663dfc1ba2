import { Problem } from '../runtime/problem.ts'
import type { PageBuffer } from './buffers.ts'
import { ChunkReader } from './chunked.ts'
import { type FramedHead, type Head, parseHead } from './head.ts'
import { scrapeProblems } from './problems.ts'

const CR = 13
const LF = 10
const headLimitBytes = 16 * 1024
const beginning = 'HTTP/1.'

/**
 * Reads one HTTP/1.1 answer from bytes as they arrive, cut wherever the network cuts them. No I/O. Only the head ever becomes a string; the body goes
 * straight into a page buffer whose limit holds while reading.
 */
export class ResponseReader {
  readonly #accept: (head: Head) => PageBuffer
  #headText = ''
  #headBytes = 0
  #lineIsEmpty = true
  #head: FramedHead | undefined
  #body: PageBuffer | undefined
  #chunks: ChunkReader | undefined
  /** Bytes still to come of the body; `Infinity` where only the connection's end tells. */
  #left = Infinity
  #done = false

  /** @param accept gives the buffer for the body, or throws a `Problem` when no page comes with such a head. */
  constructor(accept: (head: Head) => PageBuffer) {
    this.#accept = accept
  }

  /** The body so far; absent before the head was accepted. */
  get body(): PageBuffer | undefined {
    return this.#body
  }

  /** Whether another request may follow on the same connection, once the answer is complete. */
  get keepAlive(): boolean {
    return this.#done && this.#head?.keepAlive === true
  }

  /**
   * Takes `bytes[0, length)`; keeps no reference to them.
   *
   * @returns whether the answer is complete
   * @throws {Problem} when it is no good answer, or goes on after its end
   */
  push(bytes: Buffer, length: number): boolean {
    let at = 0
    while (!this.#head && at < length) at = this.#readHead(bytes, at, length)
    if (this.#head && !this.#done && at < length) at = this.#readBody(bytes, at, length)
    if (at < length) throw new Problem(scrapeProblems.bad_framing, 'The answer goes on after the end that it announced.')
    return this.#done
  }

  /**
   * The peer closed in good order: the end of a body without a length. Nothing tells a cut from the end there but the page's last line: a number that
   * was cut reads as a smaller one, and counting would take that for a restart.
   *
   * @throws {Problem} `no_answer` or `cut_short` when something is missing
   */
  end(): void {
    if (!this.#done && this.#head?.body === 'until-close') this.#done = this.#body?.endsLine ?? true
    if (this.#done) return
    if (this.#headBytes === 0) throw new Problem(scrapeProblems.no_answer, 'The connection was closed without an answer.')
    const where = this.#head ? `after ${this.#body?.length ?? 0} bytes of the page` : "within the answer's head"
    throw new Problem(scrapeProblems.cut_short, `The connection was closed ${where}.`)
  }

  #readHead(bytes: Buffer, from: number, to: number): number {
    const limit = Math.min(to, from + headLimitBytes - this.#headBytes)
    let at = from
    let complete = false
    while (at < limit && !complete) {
      const byte = bytes[at++]
      if (byte === LF) {
        complete = this.#lineIsEmpty
        this.#lineIsEmpty = true
      } else if (byte !== CR) this.#lineIsEmpty = false
    }
    this.#headText += bytes.toString('latin1', from, at)
    this.#headBytes += at - from
    if (!beginning.startsWith(this.#headText.slice(0, beginning.length)))
      throw new Problem(scrapeProblems.not_http, 'The answer does not begin as HTTP/1.1 does.')
    if (complete) this.#begin(parseHead(this.#headText.replace(/\r?\n\r*\n$/, '')))
    else if (this.#headBytes >= headLimitBytes) throw new Problem(scrapeProblems.head_too_large, "The answer's head is larger than 16 KiB.")
    return at
  }

  #begin(head: FramedHead): void {
    this.#headText = ''
    if (head.status < 200 && head.status !== 101) return // an interim answer: the real one follows, within the same limit
    const body = this.#accept(head)
    this.#body = body
    this.#head = head
    if (head.body === 'chunked') this.#chunks = new ChunkReader(body)
    if (typeof head.body === 'number') {
      body.admit(head.body)
      this.#left = head.body
    }
    this.#done = head.body === 'none' || head.body === 0
  }

  #readBody(bytes: Buffer, from: number, to: number): number {
    if (this.#chunks) {
      const stop = this.#chunks.push(bytes, from, to)
      this.#done = this.#chunks.done
      return stop
    }
    const stop = Math.min(to, from + this.#left)
    this.#body?.append(bytes, from, stop)
    this.#left -= stop - from
    this.#done = this.#left === 0
    return stop
  }
}

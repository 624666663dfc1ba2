import { BufferPool, type PageBuffer } from '../../../src/scrape/buffers.ts'

/** Buffers of which a test sees how much of a page has come. */
export class LendingPool extends BufferPool {
  #last: PageBuffer | undefined

  override take(): PageBuffer {
    this.#last = super.take()
    return this.#last
  }

  /** In the buffer that was lent last. */
  get received(): number {
    return this.#last?.length ?? 0
  }
}

import type { Chunk } from './chunk.ts'

/** Less than the million bytes that the Logs Ingestion API takes at once. Source: Azure Monitor service limits, Logs Ingestion API. */
const chunkBytes = 900_000

/** A character takes three bytes at most: UTF-8 of one UTF-16 unit. */
const bytesPerUnit = 3

export interface ChunkBounds {
  /** How many lines a chunk may have, where that is less than fit into its bytes. */
  readonly lines?: number
}

/** Lines to chunks, each as full as it gets. */
export class ChunkWriter {
  readonly #kind: Chunk['kind']
  readonly #nowMs: () => number
  readonly #mostLines: number
  #buffer: Buffer<ArrayBuffer> | undefined
  #length = 0
  #count = 0

  constructor(kind: Chunk['kind'], nowMs: () => number, { lines = Infinity }: ChunkBounds = {}) {
    this.#kind = kind
    this.#nowMs = nowMs
    this.#mostLines = lines
  }

  /** @returns the chunk before, where the line did not fit into it any more; `'too_long'` for one that fits into none */
  add(line: string): Chunk | 'too_long' | undefined {
    const mayTake = line.length * bytesPerUnit
    if (mayTake > chunkBytes) return 'too_long'
    const full = this.#length + mayTake > chunkBytes || this.#count >= this.#mostLines ? this.end() : undefined
    this.#buffer ??= Buffer.allocUnsafeSlow(chunkBytes)
    this.#length += this.#buffer.write(line, this.#length)
    this.#count++
    return full
  }

  /** What is left, if anything is. */
  end(): Chunk | undefined {
    if (!this.#buffer || this.#count === 0) return undefined
    const filled = this.#buffer.subarray(0, this.#length)
    const body = this.#length < chunkBytes / 2 ? new Uint8Array(filled) : filled // few bytes are not to hold a large buffer
    const chunk = { kind: this.#kind, body, count: this.#count, madeMs: this.#nowMs() }
    this.#buffer = undefined
    this.#length = 0
    this.#count = 0
    return chunk
  }
}

/** The bytes of a page, with a view that reads eight of them at once. */
export class PageBytes {
  readonly body: Buffer
  readonly view: DataView

  constructor(body: Buffer) {
    this.body = body
    this.view = new DataView(body.buffer, body.byteOffset, body.length)
  }
}

/** Many short byte strings behind each other in one piece of memory, to be compared with a page in place. */
export class ByteStrings {
  #bytes = new PageBytes(Buffer.alloc(0))
  #ends = new Int32Array(0)
  #count = 0

  get count(): number {
    return this.#count
  }

  /** How many bytes all of them take. */
  get size(): number {
    return this.#count === 0 ? 0 : (this.#ends[this.#count - 1] as number)
  }

  /** Adds `body[start, end)`, copied. @returns its index */
  add(body: Buffer, start = 0, end = body.length): number {
    const from = this.size
    this.#reserve(from + end - start, this.#count + 1)
    body.copy(this.#bytes.body, from, start, end)
    this.#ends[this.#count] = from + end - start
    return this.#count++
  }

  /** @returns where the page goes on behind the string of that index, or -1 where something else stands at `at` */
  after(index: number, page: PageBytes, at: number): number {
    const from = index === 0 ? 0 : (this.#ends[index - 1] as number)
    const length = (this.#ends[index] as number) - from
    const end = at + length
    if (end > page.body.length) return -1
    const ours = this.#bytes.view
    const { view } = page
    const lastEight = length - 8
    for (let i = 0; i < lastEight; i += 8) if (ours.getBigInt64(from + i, true) !== view.getBigInt64(at + i, true)) return -1
    if (lastEight >= 0) return ours.getBigInt64(from + lastEight, true) === view.getBigInt64(at + lastEight, true) ? end : -1
    for (let i = 0; i < length; i++) if (ours.getInt8(from + i) !== view.getInt8(at + i)) return -1
    return end
  }

  /** Gives back the room that growing has left over. */
  trim(): void {
    this.#resize(this.size, this.#count)
  }

  clear(): void {
    this.#count = 0
  }

  /** The used bytes; not a copy. */
  get bytes(): Buffer {
    return this.#bytes.body.subarray(0, this.size)
  }

  equals(other: ByteStrings): boolean {
    if (this.#count !== other.#count || !this.bytes.equals(other.bytes)) return false
    for (let i = 0; i < this.#count; i++) if (this.#ends[i] !== other.#ends[i]) return false
    return true
  }

  #reserve(bytes: number, count: number): void {
    const [haveBytes, haveCount] = [this.#bytes.body.length, this.#ends.length]
    if (bytes > haveBytes || count > haveCount)
      this.#resize(
        bytes > haveBytes ? Math.max(bytes, 2 * haveBytes) : haveBytes,
        count > haveCount ? Math.max(16, 2 * haveCount) : haveCount,
      )
  }

  #resize(bytes: number, count: number): void {
    const grown = Buffer.alloc(bytes)
    this.#bytes.body.copy(grown, 0, 0, Math.min(bytes, this.size))
    this.#bytes = new PageBytes(grown)
    const ends = new Int32Array(count)
    ends.set(this.#ends.subarray(0, Math.min(count, this.#count)))
    this.#ends = ends
  }
}

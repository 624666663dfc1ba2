/** Numbers from a seed: the same seed always makes the same mesh. Algorithm: xorshift32 (G. Marsaglia, "Xorshift RNGs", 2003). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed | 1, 0x9e3779b1) ^ (seed >>> 16) || 1
    for (let i = 0; i < 16; i++) this.fraction() // neighbouring seeds begin alike
  }

  /** At least 0, below 1. */
  fraction(): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return (x >>> 0) / 2 ** 32
  }

  /** A whole number, at least 0, below `limit`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit)
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)]
  }

  /** How many events happen where `mean` are expected; for small means, its time grows with them. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean)
    let count = 0
    for (let product = this.fraction(); product > limit; product *= this.fraction()) count++
    return count
  }

  /** A duration as servers have them: mostly near the median, with a long tail that `spread` makes longer. */
  logNormal(median: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.fraction())) * Math.cos(2 * Math.PI * this.fraction())
    return median * Math.exp(spread * normal)
  }

  text(length: number, alphabet: string): string {
    return Array.from({ length }, () => alphabet[this.below(alphabet.length)]).join('')
  }

  hex(length: number): string {
    return this.text(length, '0123456789abcdef')
  }

  /** In the form of a random UUID (version 4). */
  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${this.text(1, '89ab')}${this.hex(3)}-${this.hex(12)}`
  }
}

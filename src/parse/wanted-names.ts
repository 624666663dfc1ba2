import type { Wanted } from '../model/wanted.ts'
import { ByteStrings, type PageBytes } from './byte-strings.ts'
import { blank, isA, nameRest } from './characters.ts'

/** How a TYPE line begins, wherever a program prints it. */
export const typeOpening = '# TYPE '

/**
 * Which names are wanted: asked once per name, remembered within bounds, since every pod of a mesh with WASM statistics brings names of its own. Unwanted
 * families are known by their bytes too, and each by the one that stood behind it last time: most families of a page are found without a look-up.
 */
export class WantedNames {
  readonly #takes: Wanted['takes']
  readonly #bytesLimit: number
  /** -1 for a wanted name, else its place among the unwanted ones. */
  readonly #known = new Map<string, number>()
  #knownBytes = 0
  readonly #unwanted = new ByteStrings()
  /** How their TYPE lines begin: `# TYPE name `. */
  readonly #openings = new ByteStrings()
  /** What stood behind the unwanted family `index - 1`; a guess, always checked. */
  #next = new Int32Array(16)

  constructor(takes: Wanted['takes'], bytesLimit: number) {
    this.#takes = takes
    this.#bytesLimit = bytesLimit
  }

  takes(name: string): boolean {
    return this.#find(name) < 0
  }

  /**
   * The unwanted family whose TYPE line begins at `at`, if it is the one that stood behind `before` last time; else -1, and another may stand there.
   */
  expectedAt(page: PageBytes, at: number, before: number): number {
    const guess = this.#next[before + 1] as number
    return guess < this.#unwanted.count && this.#openings.after(guess, page, at) >= 0 ? guess : -1
  }

  /**
   * The unwanted family whose name stands at `at`, followed by a blank.
   *
   * @param before the unwanted family before it, -1 for none
   * @returns a number for the family, good until the next name is asked for; -1 for a wanted one and for what is no name
   */
  unwantedAt(page: PageBytes, at: number, before: number): number {
    let end = at
    while (isA(nameRest, page.body, end)) end++
    if (end === at || page.body[end] !== blank) return -1
    const found = this.#find(page.body.toString('latin1', at, end))
    if (found >= 0) this.#next[before + 1] = found
    return found
  }

  /** Where a line goes on behind the name of an unwanted family, or -1 if it does not begin with it. */
  afterUnwanted(family: number, page: PageBytes, at: number): number {
    return this.#unwanted.after(family, page, at)
  }

  #find(name: string): number {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    if (this.#knownBytes + name.length > this.#bytesLimit) this.#clear()
    const place = this.#takes(name) ? -1 : this.#unwanted.count
    this.#known.set(name, place)
    this.#knownBytes += name.length
    if (place >= 0) this.#addUnwanted(name)
    return place
  }

  #addUnwanted(name: string): void {
    this.#unwanted.add(Buffer.from(name))
    this.#openings.add(Buffer.from(`${typeOpening}${name} `))
    if (this.#unwanted.count >= this.#next.length) this.#grow()
  }

  #grow(): void {
    const grown = new Int32Array(2 * this.#next.length)
    grown.set(this.#next)
    this.#next = grown
  }

  #clear(): void {
    this.#known.clear()
    this.#unwanted.clear()
    this.#openings.clear()
    this.#knownBytes = 0
  }
}

import { crc32 } from 'node:zlib'
import type { Shape } from '../model/series.ts'
import type { ByteStrings } from './byte-strings.ts'

/** How pages look that differ in the values of their wanted series alone, and in what nobody wants. */
export interface Template {
  readonly shape: Shape
  /**
   * What stands before each wanted value: from the family's TYPE line on for its first, from the value before on for the others. What a page without
   * `runs` is known by, since its values cannot be found so.
   */
  readonly segments: ByteStrings
  /** The first segment of each run of series below one TYPE line; absent for pages that have to be read line by line. */
  readonly runs?: Int32Array
}

/** Templates by content, so that targets whose pages look alike share one, and with it the shape. Those that nobody uses leave. */
export class Templates {
  readonly #byChecksum = new Map<number, { readonly template: Template; users: number }[]>()
  #series = 0

  /** How many series those that are held name together. */
  get series(): number {
    return this.#series
  }

  /** How many series fewer there would be without this user of a template. */
  freedBy(user: Template): number {
    const entry = this.#byChecksum.get(crc32(user.segments.bytes))?.find(({ template }) => template === user)
    return entry?.users === 1 ? user.shape.series.length : 0
  }

  /** How many series more there would be with this template: none where one is held that looks the same. */
  addedBy(candidate: Template): number {
    const alike = this.#byChecksum.get(crc32(candidate.segments.bytes))
    const isKnown = alike?.some(({ template }) => template.segments.equals(candidate.segments))
    return isKnown ? 0 : candidate.shape.series.length
  }

  /** The template that looks the same, or this one; held until it is released as often. */
  hold(candidate: Template): Template {
    const checksum = crc32(candidate.segments.bytes)
    const alike = this.#byChecksum.get(checksum) ?? []
    this.#byChecksum.set(checksum, alike)
    const known = alike.find(({ template }) => template.segments.equals(candidate.segments))
    const entry = known ?? { template: candidate, users: 0 }
    if (!known) {
      alike.push(entry)
      this.#series += candidate.shape.series.length
    }
    entry.users++
    return entry.template
  }

  release(template: Template): void {
    const checksum = crc32(template.segments.bytes)
    const alike = this.#byChecksum.get(checksum) ?? []
    const index = alike.findIndex((entry) => entry.template === template)
    const entry = alike[index]
    if (!entry || --entry.users > 0) return
    alike.splice(index, 1)
    this.#series -= template.shape.series.length
    if (alike.length === 0) this.#byChecksum.delete(checksum)
  }
}

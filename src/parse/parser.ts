import type { Shape } from '../model/series.ts'
import type { Target } from '../model/target.ts'
import type { Wanted } from '../model/wanted.ts'

/** What a page says. */
export interface Parsed {
  readonly shape: Shape
  /** `values[i]` belongs to `shape.series[i]`. One scratch column that the next `read` overwrites; it can be longer than the shape. */
  readonly values: Float64Array
}

/**
 * Turns the bytes of a page into a shape and its values. Learns a page once and afterwards reads it by template; pages that look alike share
 * one shape, whichever target they come from.
 *
 * Contract: `read` never keeps `body`. It throws a `Problem` with line and column for a page that is broken, and then has changed nothing: half a page
 * is never seen. A page for whose names there is no room beside those of other targets is refused whole; who is known stays. Once a page is learnt, samples that nobody wants are not read any more, nor what stands among them against the format: what is broken
 * there may pass, and changes nothing that is read. `forget` frees what is kept of a target; safe for unknown ids.
 */
export interface Parser {
  read(page: { readonly id: Target['id']; readonly wanted: Wanted; readonly body: Buffer }): Parsed
  forget(id: Target['id']): void
}

import { type Labels, labelsKey } from './labels.ts'

export type SeriesType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped'

/** One time series as a page names it: only the page's own labels, none of the target's. */
export interface Series {
  /** The sample's name, `…_bucket` included. */
  readonly name: string
  readonly labels: Labels
  /** What the page's TYPE line says of its family; `untyped` where there is none. */
  readonly type: SeriesType
}

/** The identity of a series within its page: equal text, equal series. */
export function seriesKey({ name, labels }: { readonly name: string; readonly labels: Labels }): string {
  return `${name}{${labelsKey(labels)}}`
}

/**
 * The names of a page's wanted series, in the page's order, without their values. One object is shared by all targets whose pages look
 * alike and stays the same object from scrape to scrape while a page names the same series; so what follows from names is worked out
 * once per shape and found again by identity.
 */
export interface Shape {
  readonly series: readonly Series[]
}

import type { Labels } from '../model/labels.ts'
import type { SeriesType } from '../model/series.ts'
import { labelsOf, nameOf } from './sample-names.ts'
import { scanPage } from './scan.ts'

/** One sample of a page, as it stands there. */
export interface Sample {
  readonly name: string
  readonly labels: Labels
  readonly value: number
  /** Milliseconds since the epoch, where the page gives one. */
  readonly timestamp?: number
  readonly type: SeriesType
}

/**
 * Every sample of a page in the Prometheus text format 0.0.4, in the page's order: for people and tests, who look at a page once.
 *
 * @throws {Problem} with line and column for a page that is broken
 */
export function readExposition(body: Buffer): Sample[] {
  const samples: Sample[] = []
  scanPage(body, {
    sample(line, _own, type) {
      const { value, timestamp } = line
      samples.push({ name: nameOf(line), labels: labelsOf(line), value, ...(timestamp !== undefined && { timestamp }), type })
    },
  })
  return samples
}

import type { Labels } from '../../../src/model/labels.ts'
import { seriesKey } from '../../../src/model/series.ts'
import { shapeOf } from '../../support/exposition.ts'
import type { Release } from './rules.ts'

interface Sample {
  readonly name: string
  readonly labels: Labels
  readonly value: number
}

interface Deliberate {
  readonly only: 'ours' | 'theirs'
  readonly why: string
  readonly is: (sample: Sample) => boolean
  /** Absent: with all of them. */
  readonly release?: Release
}

/** Where we mean to differ: what one side has alone, and why. Each must be met, or the table is out of date. */
const deliberate: readonly Deliberate[] = [
  {
    only: 'ours',
    why: 'four of the dashboards ask for it, although the jobs drop it',
    is: ({ name }) => name === 'envoy_cluster_upstream_rq_tx_reset',
  },
  {
    only: 'ours',
    why: 'nothing of the kind has happened yet: 0 is the answer, where a panel would be empty',
    is: ({ name, labels, value }) =>
      value === 0 &&
      ((name === 'envoy_cluster_upstream_rq_xx' && ['2', '5'].includes(labels.envoy_response_code_class ?? '')) ||
        (name === 'osm_request_total' && labels.response_code === '200') ||
        labels.success !== undefined),
  },
  {
    only: 'ours',
    why: 'kept since v1.2 only, and asked for by nobody before',
    is: ({ name }) => name.startsWith('envoy_cluster_upstream_rq_retry'),
    release: 'v1.1',
  },
  {
    only: 'theirs',
    why: 'what Prometheus says of its own scrapes; a Prometheus that scrapes us says it of us',
    is: ({ name }) => name === 'up' || name.startsWith('scrape_'),
  },
  {
    only: 'theirs',
    why: 'a statistic that the rules cannot read becomes one without caller and called: it would say nothing',
    is: ({ name, labels }) => name.startsWith('osm_request_') && labels.source_namespace === undefined,
  },
]

/** Compares two pages series by series; values must be equal as numbers. */
export function compare(release: Release, pages: { readonly theirs: string; readonly ours: string }) {
  const [theirs, ours] = [samplesOf(pages.theirs), samplesOf(pages.ours)]
  const rows = deliberate.filter((row) => (row.release ?? release) === release)
  const met = new Set<Deliberate>()
  const meant = (only: Deliberate['only'], sample: Sample): boolean => {
    const row = rows.find((each) => each.only === only && each.is(sample))
    if (row) met.add(row)
    return row !== undefined
  }
  const differences: string[] = []
  let equal = 0
  for (const [key, sample] of theirs) {
    const our = ours.get(key)
    if (our && Object.is(our.value, sample.value)) equal++
    if (!our && !meant('theirs', sample)) differences.push(`only Prometheus has ${key} ${sample.value}`)
    if (our && !Object.is(our.value, sample.value)) differences.push(`${key} is ${sample.value} in Prometheus and ${our.value} here`)
  }
  for (const [key, sample] of ours) if (!theirs.has(key) && !meant('ours', sample)) differences.push(`only we have ${key} ${sample.value}`)
  for (const row of rows) if (!met.has(row)) differences.push(`nothing was met of: ${row.why}`)
  return { equal, differences }
}

function samplesOf(text: string): Map<string, Sample> {
  const { shape, values } = shapeOf(text)
  return new Map(shape.series.map(({ name, labels }, i) => [seriesKey({ name, labels }), { name, labels, value: values[i] ?? Number.NaN }]))
}

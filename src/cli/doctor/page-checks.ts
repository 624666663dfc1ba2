import { ageText, counted } from '../figure-text.ts'
import { asFault } from './discovery-checks.ts'
import type { CollectorFacts, PageFacts, PagePath } from './facts.ts'
import { broken, type Check, type Fault, ok, unknown } from './verdict.ts'

/** Longer than any scrape interval in use. */
const latelyMs = 600_000

const jobs = { '/metrics/osm': 'mesh-osm', '/metrics/edges': 'mesh-edges' } as const
const otherOf = { '/metrics/osm': '/metrics/edges', '/metrics/edges': '/metrics/osm' } as const

const pageCheck = (path: PagePath, what: string): Check => ({
  name: path.slice(1).replace('/', '-'),
  link: `${path}: ${what}`,
  look({ collector }) {
    if ('lack' in collector) return unknown('There is no collector to serve it.')
    const { series, fetchedAgoMs } = collector.pages[path]
    if ('problem' in series) return broken('It is not served.', [asFault(series.problem)])
    if (series.count === 0) return unknown('It is served and empty: there was nothing to count yet.')
    const served = `${series.atLeast ? 'At least ' : ''}${counted(series.count, 'series', 'series')}`
    if (isFetched(collector.pages[path])) return ok(`${served}, last fetched ${ageText(fetchedAgoMs ?? 0)} ago.`)
    const found = `${served}; nobody has fetched it ${fetchedAgoMs === undefined ? 'since the collector started' : `for ${ageText(fetchedAgoMs)}`}`
    // Nobody needs both: who fetches the other one may mean to.
    const other = otherOf[path]
    return isFetched(collector.pages[other]) ? ok(`${found}, only ${other}.`) : unknown(`${found}.`, [jobFault(path, collector)])
  },
})

export const osmPageCheck = pageCheck('/metrics/osm', "OSM's own series, for its dashboards and Flagger")
export const edgesPageCheck = pageCheck('/metrics/edges', 'who calls whom, for Prometheus')

const isFetched = ({ fetchedAgoMs }: PageFacts) => fetchedAgoMs !== undefined && fetchedAgoMs <= latelyMs

function jobFault(path: PagePath, { address }: CollectorFacts): Fault {
  const job = `{ job_name: ${jobs[path]}, honor_labels: true, metrics_path: ${path}, static_configs: [{ targets: ['${address}'] }] }`
  return { what: 'If a Prometheus is to show these numbers, it must scrape them.', remedy: `scrape_configs: [${job}]` }
}

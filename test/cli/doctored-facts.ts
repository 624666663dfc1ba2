import { examine } from '../../src/cli/doctor/checks.ts'
import type { CollectorFacts, Facts, SidecarFacts } from '../../src/cli/doctor/facts.ts'

/** What a doctor knows where every link holds. */

export const complaint = (code: string) => ({ code, message: 'Something is wrong.', remedy: 'Mend it.' })

const good: SidecarFacts = { namespace: 'shop', pod: 'cart', page: 'good', series: 7 }
const fetchedPage = { series: { count: 5, atLeast: false }, fetchedAgoMs: 10_000 }
export const collector: CollectorFacts = {
  title: 'the collector at http://127.0.0.1:9464',
  address: '127.0.0.1:9464',
  log: 'its log',
  ready: true,
  watches: [],
  destinations: [],
  edges: { outbound: 1, moving: 1, workload: 1, coveredMs: 300_000 },
  pages: { '/metrics/osm': fetchedPage, '/metrics/edges': fetchedPage },
}
export const facts: Facts = {
  discovered: true,
  rule: 'the annotation names shop',
  namespaces: ['shop'],
  controlPlane: [{ namespace: 'osm-system', pod: 'osm-controller-1', app: 'osm-controller', state: 'Running' }],
  controlPlaneFaults: [],
  unread: { kinds: [], namespaces: [] },
  requestStats: true,
  complaints: [],
  dropped: [],
  sidecars: [good],
  collector,
}

/** What one check says when something is otherwise. */
export const verdict = (name: string, change: Partial<Facts>) => examine({ ...facts, ...change }).find((one) => one.name === name)

import { boardOf } from './board.ts'
import { rate, total, where } from './collector-queries.ts'
import { nodes, scraping, targets, watches } from './collector-scraping.ts'
import { sending } from './collector-sending.ts'
import { process, stateAndPages } from './collector-serving.ts'
import { spans } from './collector-spans.ts'
import { uids } from './links.ts'
import { figure, goodWhenNone } from './panels.ts'
import { perSecond } from './queries.ts'
import { someOf } from './variables.ts'

const share = (part: string, of: string) => `(${part} or 0 * ${of}) / (${of} > 0)`

const scrapes = rate('meshtelemetry_scrapes_total')
const failedScrapes = perSecond('meshtelemetry_scrapes_total', { where: `${where}, outcome!="good"` })

const now = [
  figure(
    { title: 'Targets', says: 'Pods that are scraped. Fewer than expected: see Not scraped, by reason.', unit: 'short' },
    total('meshtelemetry_discovery_targets'),
  ),
  figure(
    {
      title: 'Not scraped',
      says: 'Namespaces and pods that are not scraped. mesh-telemetry targets names each, with the command that mends it.',
      unit: 'short',
    },
    total('meshtelemetry_discovery_dropped'),
  ),
  figure(
    {
      title: 'Failed scrapes',
      says: 'Share of scrapes that failed. More than none: see Scrapes by outcome; mesh-telemetry targets says whose.',
      unit: 'percentunit',
    },
    share(failedScrapes, scrapes),
    { colours: goodWhenNone },
  ),
  figure(
    {
      title: 'Faults of inputs',
      says: 'What is wrong with ConfigMap, manifests or the Kubernetes API; the last good state holds. mesh-telemetry doctor tells more.',
      unit: 'short',
    },
    total('meshtelemetry_discovery_problems'),
    { colours: goodWhenNone },
  ),
  figure(
    {
      title: 'Sums',
      says: 'Whether sums are written as configured. In memory only: a restart would lose them; look at the disk of state.path.',
      unit: 'short',
    },
    `max (meshtelemetry_state_unsafe{${where}})`,
    { colours: ['green', [1, 'red']], words: { 0: 'safe', 1: 'in memory only' } },
  ),
  figure(
    {
      title: 'Read every … intervals',
      says: '1 is as configured. More: there is more to read than one process has time for; give it more CPU or a longer interval.',
      unit: 'short',
    },
    `max (meshtelemetry_scrape_stretch{${where}})`,
    { colours: ['green', [1.5, 'orange']] },
  ),
]

export const collector = boardOf({
  title: 'Collector',
  says: 'Whether telemetry itself is well: who is scraped, how long it takes, what is lost.',
  uid: uids.collector,
  variables: [
    someOf({ name: 'job', label: 'Job', query: 'label_values(meshtelemetry_scrape_stretch, job)' }),
    someOf({ name: 'instance', label: 'Collector', query: 'label_values(meshtelemetry_scrape_stretch{job=~"$job"}, instance)' }),
  ],
  rows: {
    Now: now,
    'Who is scraped': targets,
    Scraping: scraping,
    'Kubernetes API': watches,
    'Nodes (CPU and memory of pods)': nodes,
    'State and pages': stateAndPages,
    'Spans from sidecars': spans,
    'Destinations that are pushed to': sending,
    Process: process,
  },
})

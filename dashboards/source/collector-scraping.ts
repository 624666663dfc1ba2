import { each, highest, orZero, rate, total, where } from './collector-queries.ts'
import { lines } from './panels.ts'
import { quantileOf } from './queries.ts'

export const targets = [
  lines(
    {
      title: 'Targets by kind',
      says: 'Pods that are scraped: sidecars, and the control plane. A step down: a namespace left the list, or a deployment shrank.',
      unit: 'short',
      width: 6,
    },
    { '{{kind}}': total('meshtelemetry_discovery_targets', ['kind']) },
  ),
  lines(
    {
      title: 'Targets by state',
      says: 'up: the last scrape was good. failing: it was not. stale: nor was the one before. waiting: not read yet. Other than up for minutes: mesh-telemetry targets says why.',
      unit: 'short',
      width: 6,
    },
    { '{{state}}': total('meshtelemetry_scrape_targets', ['state']) },
    { stacked: true },
  ),
  lines(
    {
      title: 'Not scraped, by reason',
      says: 'Namespaces and pods that are not scraped. What each reason means and what mends it: mesh-telemetry targets.',
      unit: 'short',
      width: 6,
    },
    { '{{reason}}': orZero(`${total('meshtelemetry_discovery_dropped', ['reason'])} > 0`) },
  ),
  lines(
    {
      title: 'Scrapes by outcome',
      says: 'Scrapes per second: good, or the code of what was wrong, which docs/problems.md explains.',
      unit: 'cps',
      width: 6,
    },
    { '{{outcome}}': rate('meshtelemetry_scrapes_total', ['outcome']) },
    { stacked: true },
  ),
]

export const scraping = [
  lines(
    {
      title: 'Scrape time',
      says: 'From the start of a scrape until its page is read in. Near scrape.timeout: sidecars are slow, or this process lacks CPU.',
      unit: 's',
      width: 8,
    },
    {
      P50: quantileOf('meshtelemetry_scrape_duration_seconds', 0.5, { where }),
      P99: quantileOf('meshtelemetry_scrape_duration_seconds', 0.99, { where }),
    },
  ),
  lines(
    {
      title: 'Bytes read',
      says: 'Bytes of pages per second. Growing without more targets: sidecars know more clusters, or refuse the filter.',
      unit: 'Bps',
      width: 8,
    },
    { '{{instance}}': rate('meshtelemetry_scrape_bytes_total', each) },
  ),
  lines(
    {
      title: 'Size of a page',
      says: 'Bytes of one page, over all targets. A P99 far above P50: a few sidecars know many clusters, or refuse the filter.',
      unit: 'bytes',
      width: 8,
    },
    {
      P50: quantileOf('meshtelemetry_scrape_page_bytes', 0.5, { where }),
      P99: quantileOf('meshtelemetry_scrape_page_bytes', 0.99, { where }),
    },
  ),
  lines(
    {
      title: 'Late and left out',
      says: 'Scrapes per second that began late, and turns that were left out, by reason. More than none: the process lacks CPU, or pages are very large.',
      unit: 'cps',
      width: 6,
    },
    {
      late: rate('meshtelemetry_scrapes_late_total'),
      'left out: {{reason}}': orZero(rate('meshtelemetry_scrapes_skipped_total', ['reason'])),
    },
  ),
  lines(
    {
      title: 'Scrapes running',
      says: 'Scrapes that run at this moment. Near the number of targets: they do not answer in time.',
      unit: 'short',
      width: 6,
    },
    { '{{instance}}': total('meshtelemetry_scrapes_in_flight', each) },
  ),
  lines(
    {
      title: 'Restarts of sidecars',
      says: 'Restarts per second that were noticed; sums go on over them. Many: look why pods restart.',
      unit: 'cps',
      width: 6,
    },
    { '{{kind}}': orZero(rate('meshtelemetry_target_restarts_total', ['kind'])) },
  ),
  lines(
    {
      title: 'Values left out',
      says: 'Values per second that were negative or no number. More than none: a sidecar prints something odd; report it with its page.',
      unit: 'cps',
      width: 6,
    },
    { '{{instance}}': rate('meshtelemetry_skipped_values_total', each) },
  ),
]

export const watches = [
  lines(
    {
      title: 'Lists that are followed',
      says: 'Lists of the Kubernetes API by state. refused: a right is missing, mesh-telemetry doctor names it. retrying: the API is away. Empty: targets come from files.',
      unit: 'short',
      width: 8,
    },
    { '{{resource}} {{state}}': `${total('meshtelemetry_discovery_watches', ['resource', 'state'])} > 0` },
  ),
  lines(
    {
      title: 'Last heard of Kubernetes',
      says: 'How long ago the API said anything. A minute is usual, two are not: what changed since is not known.',
      unit: 's',
      width: 8,
    },
    { '{{resource}}': `time() - ${highest('meshtelemetry_discovery_watch_heard_timestamp_seconds', ['resource'])}` },
  ),
  lines(
    {
      title: 'Watches begun anew',
      says: 'Per second. The server ends each after five minutes at most; many more: something between here and there cuts them.',
      unit: 'cps',
      width: 8,
    },
    { '{{resource}}': orZero(rate('meshtelemetry_discovery_watch_restarts_total', ['resource'])) },
  ),
]

export const nodes = [
  lines(
    {
      title: 'Reads of nodes by outcome',
      says: 'Reads of cAdvisor per second: good, or the code of what was wrong, which docs/problems.md explains. Always 0: scrape.cadvisor is off, as it is by default.',
      unit: 'cps',
      width: 8,
    },
    { '{{outcome}}': orZero(rate('meshtelemetry_node_reads_total', ['outcome'])) },
    { stacked: true },
  ),
  lines(
    {
      title: 'Time to read a node',
      says: 'From the start of a read until its page is read in. Seconds: the node is busy, or it runs very many containers.',
      unit: 's',
      width: 8,
    },
    {
      P50: quantileOf('meshtelemetry_node_read_duration_seconds', 0.5, { where }),
      P99: quantileOf('meshtelemetry_node_read_duration_seconds', 0.99, { where }),
    },
  ),
  lines(
    { title: 'Bytes of nodes', says: 'Bytes of the pages of nodes per second. Much: lengthen its interval.', unit: 'Bps', width: 8 },
    { '{{instance}}': rate('meshtelemetry_node_read_bytes_total', each) },
  ),
]

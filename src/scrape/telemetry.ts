import type { EventKind } from '../telemetry/events.ts'
import type { MetricKind } from '../telemetry/metrics.ts'
import type { ActivityKind } from '../telemetry/tracer.ts'

export const scrapeMetrics = {
  scrapes: {
    name: 'meshtelemetry_scrapes_total',
    type: 'counter',
    help: "Scrapes by outcome: good, or the problem's code.",
    labels: ['outcome'],
  },
  duration: {
    name: 'meshtelemetry_scrape_duration_seconds',
    type: 'histogram',
    help: 'Time from the start of a scrape until its page was read in, failed scrapes included.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  bytes: { name: 'meshtelemetry_scrape_bytes_total', type: 'counter', help: 'Bytes of the pages that were read.' },
  pageBytes: {
    name: 'meshtelemetry_scrape_page_bytes',
    type: 'histogram',
    help: 'Size of each page that was read, in bytes, over all targets.',
    buckets: [10e3, 30e3, 100e3, 300e3, 1e6, 3e6, 10e6],
  },
  late: {
    name: 'meshtelemetry_scrapes_late_total',
    type: 'counter',
    help: 'Scrapes that began more than a tenth of their interval after their time.',
  },
  skipped: {
    name: 'meshtelemetry_scrapes_skipped_total',
    type: 'counter',
    help: 'Turns that were left out. running: the one before was not over. held_up: the process was busy or stopped. costly_page: taking in the last page took so long that the target has to wait.',
    labels: ['reason'],
  },
  stretch: {
    name: 'meshtelemetry_scrape_stretch',
    type: 'gauge',
    help: 'In every how many intervals a target is read: 1, or more where there is more to read than there is time.',
  },
  targets: {
    name: 'meshtelemetry_scrape_targets',
    type: 'gauge',
    help: 'Targets by state. waiting: not read yet. up: the last scrape was good. failing: it was not. stale: nor was the one before; its gauges are left out.',
    labels: ['state'],
  },
  inFlight: { name: 'meshtelemetry_scrapes_in_flight', type: 'gauge', help: 'Scrapes that run now.' },
} as const satisfies Record<string, MetricKind>

export const scrapeEvents = {
  failing: { name: 'target_failing', level: 'warn', message: 'A target cannot be read any more.' },
  recovered: { name: 'target_recovered', level: 'info', message: 'A target can be read again.' },
  filterRefused: {
    name: 'filter_refused',
    level: 'info',
    message: 'A sidecar does not take the filter: its whole page is read, the filter is tried again hourly.',
  },
  filterSlower: {
    name: 'filter_slower',
    level: 'info',
    message: 'A sidecar takes longer with the filter than without: its whole page is read.',
  },
  stretched: {
    name: 'scrape_stretched',
    level: 'warn',
    message: 'There is more to read than there is time: every target is read more seldom from now on.',
  },
  relaxed: { name: 'scrape_relaxed', level: 'info', message: 'There is time again: every target is read more often from now on.' },
} as const satisfies Record<string, EventKind>

export const scrapeActivities = {
  scrape: { name: 'scrape', isCall: true, isFrequent: true },
  /** What holds the thread: the page is parsed, relabelled and added up. */
  takePage: { name: 'take page' },
} as const satisfies Record<string, ActivityKind>

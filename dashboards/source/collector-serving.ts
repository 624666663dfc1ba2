import { each, highest, rate, total, where } from './collector-queries.ts'
import { lines } from './panels.ts'
import { quantileOf } from './queries.ts'

export const stateAndPages = [
  lines(
    {
      title: 'Time to commit',
      says: 'Until sums are safe on disk. Long: the disk of state.path is slow. Empty: sums are kept in memory.',
      unit: 's',
      width: 8,
    },
    {
      P50: quantileOf('meshtelemetry_state_commit_duration_seconds', 0.5, { where }),
      P99: quantileOf('meshtelemetry_state_commit_duration_seconds', 0.99, { where }),
    },
  ),
  lines(
    {
      title: 'Time to serve a page',
      says: 'P99 from the first to the last byte of a page of metrics. Near the scrape timeout of Prometheus: raise that.',
      unit: 's',
      width: 8,
    },
    { '{{path}}': quantileOf('meshtelemetry_http_page_duration_seconds', 0.99, { where, by: ['path'] }) },
  ),
  lines(
    {
      title: 'Since a page was fetched',
      says: 'How long ago each page was last fetched whole. Growing: its Prometheus does not come any more.',
      unit: 's',
      width: 8,
    },
    { '{{path}}': `time() - ${highest('meshtelemetry_http_page_fetched_timestamp_seconds', ['path'])}` },
  ),
  lines(
    {
      title: 'Answers',
      says: 'Answers per second by path and status. 401: a token is missing or wrong. 503: too many fetch a large page at once.',
      unit: 'reqps',
      width: 8,
    },
    { '{{path}} {{status}}': rate('meshtelemetry_http_requests_total', ['path', 'status']) },
  ),
  lines(
    {
      title: 'Series twice',
      says: 'Series that /metrics/osm left out, because another target had the same name and labels. Many: pods of one name pattern collapse.',
      unit: 'short',
      width: 8,
    },
    { '{{instance}}': total('meshtelemetry_exposition_duplicate_series', each) },
  ),
  lines(
    { title: 'Events', says: 'Lines of the log per second, by event; docs/events.md says what each means.', unit: 'cps', width: 8 },
    { '{{event}}': rate('meshtelemetry_events_total', ['event']) },
  ),
]

export const process = [
  lines(
    {
      title: 'CPU',
      says: 'Cores in use. Near 1: the process has no time left; scrapes get late, then targets are read more seldom.',
      unit: 'short',
      width: 8,
    },
    { '{{instance}}': rate('process_cpu_seconds_total', each) },
  ),
  lines(
    {
      title: 'Memory',
      says: 'Memory of the process, and how much of it is heap. Growing for days: report it. Near the limit: raise it, or shorten history.window.',
      unit: 'bytes',
      width: 8,
    },
    {
      'process {{instance}}': total('process_resident_memory_bytes', each),
      'heap {{instance}}': total('nodejs_heap_size_used_bytes', each),
    },
  ),
  lines(
    {
      title: 'Event loop',
      says: 'How long others had to wait for their turn. Above 0.1 s: one page or one answer takes too long.',
      unit: 's',
      width: 8,
    },
    {
      P99: quantileOf('meshtelemetry_event_loop_delay_seconds', 0.99, { where }),
      'highest {{instance}}': highest('nodejs_eventloop_lag_max_seconds'),
    },
  ),
  lines(
    {
      title: 'Garbage collection',
      says: 'Share of the main thread that collects garbage, by kind. major above a tenth: there is too little memory.',
      unit: 'percentunit',
      width: 8,
    },
    { '{{kind}}': rate('meshtelemetry_gc_seconds_total', ['kind']) },
    { stacked: true },
  ),
  lines(
    {
      title: 'One collection',
      says: 'How long a garbage collection holds the thread, on average. Above 0.05 s: the heap is large; see Memory.',
      unit: 's',
      width: 8,
    },
    {
      '{{kind}}': `${rate('meshtelemetry_gc_seconds_total', ['kind'])} / (${rate('meshtelemetry_gc_collections_total', ['kind'])} > 0)`,
    },
  ),
  lines(
    {
      title: 'Open files',
      says: 'Open files and sockets. Near the limit of the process: connections leak, or the limit is low.',
      unit: 'short',
      width: 8,
    },
    { '{{instance}}': total('process_open_fds', each), 'limit {{instance}}': total('process_max_fds', each) },
  ),
]

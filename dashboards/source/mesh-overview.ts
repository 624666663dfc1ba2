import { boardOf } from './board.ts'
import { edgesOverTime, requestColumns } from './edge-panels.ts'
import { uids } from './links.ts'
import { lines } from './panels.ts'
import { change, edgeLabels, errorRatio, errors, latency, overAll, requests, top } from './queries.ts'
import { codes, failuresByReason, nowFigures, signalsOverTime } from './signals.ts'
import { type Figures, table } from './tables.ts'
import { before, chosenCalls as where, chosenCallsVariables } from './variables.ts'

const calls = { where, scope: 'Counted by the calling sidecars, between the chosen namespaces.' }
const overall = { where, by: edgeLabels, over: overAll }
const tableRows = 15

const failing = top(tableRows, `${errors(overall)} > 0`)
const slow = top(tableRows, latency(0.99, overall))

const hurting = [
  table(
    {
      title: 'Edges with the most errors',
      says: `The ${tableRows} edges with the most errors per second over the shown time. Empty is good. Click a name to see codes and reasons.`,
      unit: 'short',
    },
    { labels: edgeLabels, figures: requestColumns(where, edgeLabels, failing), sortBy: 'Errors/s' },
  ),
  table(
    {
      title: 'Slowest edges',
      says: `The ${tableRows} edges with the highest P99 over the shown time. Mind the column Requests/s: few requests make a jumpy P99.`,
      unit: 'short',
    },
    { labels: edgeLabels, figures: requestColumns(where, edgeLabels, slow), sortBy: 'P99' },
  ),
]

const then = { offset: '$before' }
const traffic = change(requests(overall), requests({ ...overall, ...then }))
/** Without data of then all edges would look new. Asked of the whole mesh: where only the chosen namespaces had none, they are new indeed. */
const thenKnown = `group (rate(mesh_requests_total{direction="outbound"}[${overAll}] offset $before))`
const moved = top(tableRows, `abs(${traffic}) > 0 and on () ${thenKnown}`)
const ofMoved = (expr: string) => `(${expr}) and ${moved}`

const changes: readonly Figures[] = [
  { title: 'Requests/s more', expr: ofMoved(traffic), unit: 'reqps' },
  { title: 'Requests/s', expr: ofMoved(requests(overall)), unit: 'reqps' },
  {
    title: 'Errors more',
    expr: ofMoved(`${errorRatio(overall)} - ${errorRatio({ ...overall, ...then })}`),
    unit: 'percentunit',
    isErrorRatio: true,
  },
  { title: 'Errors', expr: ofMoved(errorRatio(overall)), unit: 'percentunit', isErrorRatio: true },
  { title: 'P90 more', expr: ofMoved(`(${latency(0.9, overall)}) - (${latency(0.9, { ...overall, ...then })})`), unit: 's' },
  { title: 'P90', expr: ofMoved(latency(0.9, overall)), unit: 's' },
]

const changed = [
  lines(
    {
      title: 'Requests, now and before',
      says: 'All requests per second, beside those of the time that is chosen above. A gap: a caller or a service is gone.',
      unit: 'reqps',
      width: 8,
    },
    { now: requests({ where }), 'before ($before)': requests({ where, ...then }) },
  ),
  lines(
    {
      title: 'Errors, now and before',
      says: 'Share of errors (5xx) beside the one of the time that is chosen above.',
      unit: 'percentunit',
      width: 8,
    },
    { now: errorRatio({ where }), 'before ($before)': errorRatio({ where, ...then }) },
    { share: true },
  ),
  lines(
    {
      title: 'P90, now and before',
      says: '90 of 100 requests took at most so long, beside the time that is chosen above.',
      unit: 's',
      width: 8,
    },
    { now: latency(0.9, { where }), 'before ($before)': latency(0.9, { where, ...then }) },
  ),
  table(
    {
      title: 'Edges that changed most',
      says: `The ${tableRows} edges whose traffic differs most from the same span $before earlier; new and vanished ones are among them. Empty where Prometheus has no data of then; changes of errors and P90 also where the edge had no requests then.`,
      unit: 'short',
    },
    { labels: edgeLabels, figures: changes, sortBy: 'Requests/s more' },
  ),
]

const services = ['destination_namespace', 'destination_service']

export const meshOverview = boardOf({
  title: 'Mesh overview',
  says: 'How the mesh does: traffic, errors, latency, where it hurts and what changed.',
  uid: uids.overview,
  variables: [...chosenCallsVariables(), before()],
  rows: {
    Now: nowFigures(calls),
    'Over time': signalsOverTime(calls),
    'Where it hurts': [...hurting, failuresByReason(calls), codes(calls)],
    'What changed': changed,
    Services: [
      table(
        {
          title: 'Called services',
          says: 'Every service that is called, over the shown time, as its callers saw it. Sort by a column; click a name for the service.',
          unit: 'short',
          height: 12,
        },
        { labels: services, figures: requestColumns(where, services), sortBy: 'Requests/s' },
      ),
    ],
    'Busiest edges': edgesOverTime(calls, '{{source}} → {{destination}}'),
  },
})

import { toEdge } from './links.ts'
import { lines } from './panels.ts'
import { among, connections, edgeLabels, errorRatio, errors, latency, meanLatency, named, overAll, requests, top } from './queries.ts'
import { errorMeans, type Subject } from './signals.ts'
import { type Figures, table } from './tables.ts'

/** As many lines as a panel can be read with: the busiest edges over the whole shown time. */
const shownEdges = 10

/** Edge by edge over time, for the busiest; a click on a line leads to the edge. */
export function edgesOverTime({ where, scope }: Subject, legend: string) {
  const busiest = top(shownEdges, requests({ where, by: edgeLabels, over: overAll, atEnd: true }))
  const line = (expr: string) => ({ [legend]: named(among(expr, busiest)) })
  const ofEdges = { where, by: edgeLabels }
  const says = `The ${shownEdges} busiest edges of the shown time; click a line for everything about it. ${scope}`
  const look = { links: [toEdge('line')] }
  return [
    lines({ title: 'Requests', says: `Requests per second. ${says}`, unit: 'reqps', width: 8 }, line(requests(ofEdges)), look),
    lines({ title: 'Errors', says: `Share of errors. ${errorMeans} ${says}`, unit: 'percentunit', width: 8 }, line(errorRatio(ofEdges)), {
      ...look,
      share: true,
    }),
    lines(
      {
        title: 'Mean time',
        says: `Mean time until the response was complete; quantiles are in the tables and on the edge's own dashboard. ${says}`,
        unit: 's',
        width: 8,
      },
      line(meanLatency(ofEdges)),
      look,
    ),
  ]
}

/** Columns that say how an edge or a service does over the shown time; `ranking` keeps the rows that it names. */
export function requestColumns(where: string, by: readonly string[], ranking?: string): Figures[] {
  const selection = { where, by, over: overAll }
  const kept = (expr: string) => (ranking === undefined ? expr : among(expr, ranking))
  return [
    { title: 'Requests/s', expr: kept(requests(selection)), unit: 'reqps' },
    { title: 'Errors/s', expr: kept(`${errors(selection)} or 0 * ${requests(selection)}`), unit: 'reqps' },
    { title: 'Errors', expr: kept(errorRatio(selection)), unit: 'percentunit', isErrorRatio: true },
    { title: 'P50', expr: kept(latency(0.5, selection)), unit: 's' },
    { title: 'P90', expr: kept(latency(0.9, selection)), unit: 's' },
    { title: 'P99', expr: kept(latency(0.99, selection)), unit: 's' },
  ]
}

/** All edges that `where` selects, whether they carry requests or only connections. */
export const edgesTable = ({ where, scope }: Subject) =>
  table(
    {
      title: 'Edge by edge',
      says: `Every edge, over the shown time. Sort by a column; click a name for everything about it. Without requests: TCP. ${scope}`,
      unit: 'short',
    },
    {
      labels: edgeLabels,
      figures: [
        ...requestColumns(where, edgeLabels),
        { title: 'Open connections', expr: connections({ where, by: edgeLabels }), unit: 'short' },
      ],
      sortBy: 'Requests/s',
    },
  )

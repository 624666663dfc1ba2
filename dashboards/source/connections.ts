import { boardOf } from './board.ts'
import { connectionPanels } from './connection-panels.ts'
import { toEdge, uids } from './links.ts'
import { figure, goodWhenNone, lines } from './panels.ts'
import { among, connections as open, edgeLabels, named, overAll, perSecond, sumBy, top } from './queries.ts'
import { table } from './tables.ts'
import { chosenCalls as where, chosenCallsVariables } from './variables.ts'

const calls = { where, scope: 'Counted by the calling sidecars, between the chosen namespaces; TCP and HTTP alike.' }
const failed = `${where}, reason="connect_fail"`
const opened = perSecond('mesh_connections_opened_total', { where })

const now = [
  figure({ title: 'Open connections', says: `Connections open now. ${calls.scope}`, unit: 'short' }, open({ where })),
  figure({ title: 'Opened', says: `New connections per second, those that failed included. ${calls.scope}`, unit: 'cps' }, opened),
  figure(
    {
      title: 'Failed',
      says: `Connections per second that did not come about. More than none: see the table below for whose. ${calls.scope}`,
      unit: 'cps',
    },
    perSecond('mesh_connection_failures_total', { where: failed }),
    { colours: goodWhenNone },
  ),
  figure(
    { title: 'Failed of opened', says: `Share of new connections that did not come about. ${calls.scope}`, unit: 'percentunit' },
    `clamp_max(${perSecond('mesh_connection_failures_total', { where: failed })} / (${opened} > 0), 1)`,
    { colours: goodWhenNone },
  ),
  figure(
    { title: 'Sent', says: `Bytes per second sent to destinations. ${calls.scope}`, unit: 'Bps' },
    perSecond('mesh_sent_bytes_total', { where }),
  ),
  figure(
    { title: 'Received', says: `Bytes per second received from destinations. ${calls.scope}`, unit: 'Bps' },
    perSecond('mesh_received_bytes_total', { where }),
  ),
]

const overall = { where, by: edgeLabels, over: overAll }

const everyEdge = table(
  {
    title: 'Edge by edge',
    says: 'Every edge over the shown time. Sort by a column; click a name for everything about it. Open 0 while there is traffic: the caller opens a connection for each request.',
    unit: 'short',
    height: 12,
  },
  {
    labels: edgeLabels,
    figures: [
      { title: 'Open', expr: open({ where, by: edgeLabels }), unit: 'short' },
      { title: 'Opened/s', expr: perSecond('mesh_connections_opened_total', overall), unit: 'cps' },
      { title: 'Failed/s', expr: perSecond('mesh_connection_failures_total', { ...overall, where: failed }), unit: 'cps' },
      { title: 'Sent', expr: perSecond('mesh_sent_bytes_total', overall), unit: 'Bps' },
      { title: 'Received', expr: perSecond('mesh_received_bytes_total', overall), unit: 'Bps' },
    ],
    sortBy: 'Failed/s',
  },
)

const shownEdges = 10
const legend = '{{source}} → {{destination}}'
const ofEdges = { where, by: edgeLabels }
const atEnd = { ...overall, atEnd: true }
const look = { links: [toEdge('line')] }
const mostBytes = top(shownEdges, `${perSecond('mesh_sent_bytes_total', atEnd)} + ${perSecond('mesh_received_bytes_total', atEnd)}`)
const mostFailed = top(shownEdges, `${perSecond('mesh_connection_failures_total', { ...atEnd, where: failed })} > 0`)
const mostOpen = top(shownEdges, sumBy(`avg_over_time(mesh_connections_active{${where}}[$__range] @ end())`, edgeLabels))

const whoseTheyAre = [
  lines(
    {
      title: 'Most open connections',
      says: `The ${shownEdges} edges with the most open connections of the shown time; click a line for everything about it.`,
      unit: 'short',
      width: 8,
    },
    { [legend]: named(among(open(ofEdges), mostOpen)) },
    look,
  ),
  lines(
    {
      title: 'Most failed connections',
      says: `The ${shownEdges} edges with the most connections that did not come about. Empty is good; else see whether the destination runs and listens on that port.`,
      unit: 'cps',
      width: 8,
    },
    { [legend]: named(among(perSecond('mesh_connection_failures_total', { ...ofEdges, where: failed }), mostFailed)) },
    look,
  ),
  lines(
    { title: 'Most bytes', says: `The ${shownEdges} edges with the most bytes, sent and received together.`, unit: 'Bps', width: 8 },
    {
      [legend]: named(
        among(`${perSecond('mesh_sent_bytes_total', ofEdges)} + ${perSecond('mesh_received_bytes_total', ofEdges)}`, mostBytes),
      ),
    },
    look,
  ),
]

export const connections = boardOf({
  title: 'Connections',
  says: 'Connections and bytes between workloads and services, whatever they speak: TCP and HTTP.',
  uid: uids.connections,
  variables: chosenCallsVariables(),
  rows: { Now: now, 'Over time': connectionPanels(calls), Edges: [everyEdge], 'Whose they are': whoseTheyAre },
})

import { lines } from './panels.ts'
import { connections, perSecond } from './queries.ts'
import type { Subject } from './signals.ts'

/** Connections and bytes of whatever `where` selects, over time. */
export const connectionPanels = ({ where, scope }: Subject) => [
  lines(
    {
      title: 'Open connections',
      says: `Connections open now, over the pods that answer. Growing without more requests: somebody does not close them. ${scope}`,
      unit: 'short',
    },
    { open: connections({ where }) },
  ),
  lines(
    {
      title: 'Connections opened',
      says: `New connections per second, those that failed included. Nearly as many as requests: connections are not kept. ${scope}`,
      unit: 'cps',
    },
    { opened: perSecond('mesh_connections_opened_total', { where }) },
  ),
  lines(
    {
      title: 'Connections that failed, by reason',
      says: `Connections per second. connect_fail: no connection came about; check that pods listen and policies allow it. connect_timeout is one of them: nobody answered in time. destroyed_*: closed under a running request, by the own or the other side. Reasons overlap: do not add them. ${scope}`,
      unit: 'cps',
    },
    { '{{reason}}': perSecond('mesh_connection_failures_total', { where, by: ['reason'] }) },
  ),
  lines(
    {
      title: 'Bytes',
      says: `Bytes per second, sent to the destination and received from it. Much more than usual: see whose in Connections. ${scope}`,
      unit: 'Bps',
    },
    { sent: perSecond('mesh_sent_bytes_total', { where }), received: perSecond('mesh_received_bytes_total', { where }) },
  ),
]

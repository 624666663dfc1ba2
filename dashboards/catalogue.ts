import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { collector } from './source/collector.ts'
import { connections } from './source/connections.ts'
import { edge } from './source/edge.ts'
import { meshOverview } from './source/mesh-overview.ts'
import { service } from './source/service.ts'

/** Every dashboard by its file's name within dashboards/. */
export const dashboards: Readonly<Record<string, Dashboard>> = {
  'collector.json': collector,
  'connections.json': connections,
  'edge.json': edge,
  'mesh-overview.json': meshOverview,
  'service.json': service,
}

/** What a dashboard's file says. */
export const fileText = (dashboard: Dashboard): string => `${JSON.stringify(dashboard, null, 2)}\n`

import { controllerPage } from './controller-page.ts'
import { envoyPage } from './envoy-page.ts'
import { nameFilter } from './filter.ts'
import { bootstrapPage, injectorPage } from './injector-page.ts'
import type { Answer } from './listener.ts'
import type { Pod } from './pod.ts'
import { statisticsOf } from './statistics.ts'
import type { World } from './world.ts'

/** Where a pod's page is. */
export function pathOf({ meshed }: Pod): string {
  return meshed ? '/stats/prometheus' : '/metrics'
}

/** What a pod answers to a GET; `target` is the request's path and query as sent. Being read changes a sidecar's own figures. */
export function answer(world: World, pod: Pod, target: string): Answer {
  const end = target.indexOf('?')
  const [path, query] = end < 0 ? [target, ''] : [target.slice(0, end), target.slice(end + 1)]
  if (path !== pathOf(pod)) return { status: 404, body: '' }
  return pod.meshed ? sidecarPage(pod, query, world.nowMs) : controlPlanePage(world, pod)
}

const controlPlanePages: Readonly<Record<string, (world: World) => string>> = {
  'osm-controller': controllerPage,
  'osm-injector': injectorPage,
  'osm-bootstrap': bootstrapPage,
}

function controlPlanePage(world: World, { workload }: Pod): Answer {
  const page = controlPlanePages[workload.name]
  return page ? { status: 200, body: page(world) } : { status: 404, body: '' }
}

function sidecarPage({ sidecar }: Pod, query: string, nowMs: number): Answer {
  const passes = nameFilter(query)
  if (!passes) return { status: 400, body: 'Invalid re2 regex\n' }
  sidecar.beingScraped()
  const body = envoyPage(statisticsOf(sidecar, nowMs).filter(({ raw }) => passes(raw)))
  sidecar.scraped(body.length)
  return { status: 200, body }
}

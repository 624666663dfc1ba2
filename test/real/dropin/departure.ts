import { setTimeout as pause } from 'node:timers/promises'
import type { CollectorProcess } from '../collector-process.ts'
import type { PrometheusServer } from '../prometheus/server.ts'
import type { ExtraPod, ExtraPods } from './extra-pods.ts'
import { tracksStaleness } from './job.ts'

/** Discovery of a changed file, and a commit, with room for a busy machine. */
const pageWithinMs = 10_000
/** One scrape of Prometheus, with room for a busy machine. */
const scrapeMs = 2_500

interface Scene {
  readonly collector: CollectorProcess
  readonly server: PrometheusServer
  readonly extra: ExtraPods
  readonly leaver: ExtraPod
  readonly lookbackSeconds: number
  readonly version: string
}

/** A pod goes, and its series end: on the page at once, in Prometheus with the scrape after, or where it looks back with that. */
export async function departure({ collector, server, extra, leaver, lookbackSeconds, version }: Scene) {
  const mark = `source_pod_name="${leaver.name}"`
  const isShown = async () => (await collector.text('/metrics/osm')).includes(mark)
  const isKnown = async (family: string) => (await server.query(`${family}{${mark}}`)).length > 0
  const families = { gauge: 'envoy_cluster_upstream_cx_active', counter: 'envoy_cluster_upstream_rq_total' }
  const wrong: string[] = []
  if (!(await isShown()) || !(await isKnown(families.gauge)) || !(await isKnown(families.counter)))
    wrong.push(`${leaver.name} was not shown before it left`)
  await extra.remove(leaver)
  const startedMs = performance.now()
  const untilGone = async (isThere: () => Promise<boolean>) => {
    while (await isThere()) {
      if (performance.now() - startedMs > 60_000) return Infinity
      await pause(100)
    }
    return performance.now() - startedMs
  }
  const pageMs = await untilGone(isShown)
  const gaugesMs = await untilGone(() => isKnown(families.gauge))
  const countersMs = await untilGone(() => isKnown(families.counter))
  const lookbackMs = tracksStaleness(version) ? 0 : lookbackSeconds * 1e3
  if (pageMs > pageWithinMs) wrong.push(`${leaver.name} was still on the page ${pageMs} ms after it left`)
  if (gaugesMs > pageMs + scrapeMs) wrong.push(`Prometheus still showed gauges of ${leaver.name} after ${gaugesMs} ms`)
  if (countersMs > pageMs + scrapeMs + lookbackMs) wrong.push(`Prometheus still showed counters of ${leaver.name} after ${countersMs} ms`)
  const seconds = (ms: number) => Number((ms / 1e3).toFixed(1))
  return {
    wrong,
    figures: {
      'a pod that left is off the page after, s': seconds(pageMs),
      'its gauges end in Prometheus after, s': seconds(gaugesMs),
      [`its counters (looking back ${lookbackSeconds} s, staleness tracked: ${lookbackMs === 0}), s`]: seconds(countersMs),
    },
  }
}

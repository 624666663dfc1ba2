import { type ContainerFamily, containerFamilies, type NodeSample } from '../../model/container-use.ts'
import { headText, labelsText, valueText } from './text.ts'

/** What the families say. Source: google/cadvisor, docs/storage/prometheus.md, in our words. */
const help: Readonly<Record<ContainerFamily, string>> = {
  container_cpu_usage_seconds_total: 'Time on a CPU that the container used, in seconds, as its node measured it.',
  container_memory_rss: 'Memory that the container holds, without what only caches files, in bytes, as its node measured it.',
}

/** OSM's job that keeps them. */
const job = 'kubernetes-cadvisor'

/**
 * The families of containers on `/metrics/osm`, as blocks of text; none without samples. As for all of that page, what grows carries the time at which it was
 * measured, and a gauge carries none. Of cAdvisor's labels those are kept that people ask by; with the node no two series are alike.
 */
export function* containerBlocks(samples: readonly NodeSample[]): Generator<string> {
  const byFamily = Map.groupBy(samples, ({ family }) => family)
  for (const [family, type] of Object.entries(containerFamilies) as [ContainerFamily, 'counter' | 'gauge'][]) {
    const told = byFamily.get(family)
    if (!told) continue
    yield headText(family, type, help[family])
    for (const { namespace, pod, container, node, value, timestampMs } of told) {
      const labels = labelsText({ namespace, pod, container, instance: node, job })
      yield `${family}{${labels}} ${valueText(value)}${type === 'counter' ? ` ${timestampMs}` : ''}\n`
    }
  }
}

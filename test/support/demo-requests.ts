import type { DemoMesh } from '../../src/demo/mesh.ts'

/** `namespace/workload cluster code` → requests, sorted. */
export type CountedRequests = Readonly<Record<string, number>>

const sorted = (entries: readonly (readonly [string, number])[]): CountedRequests =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))

/** `mesh_requests_total` towards services, as a collector serves it. */
export async function countedRequests(url: string): Promise<CountedRequests> {
  const page = await (await fetch(`${url}/metrics/edges`)).text()
  const rows = [...page.matchAll(/^mesh_requests_total\{(?<labels>.*)\} (?<value>\S+)$/gm)].map(({ groups = {} }) => ({
    label: Object.fromEntries([...(groups.labels ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
    value: Number(groups.value),
  }))
  const outbound = rows.filter(({ label, value }) => label.direction === 'outbound' && label.destination_kind === 'service' && value > 0)
  return sorted(
    outbound.map(({ label, value }) => {
      const source = `${label.source_namespace}/${label.source_workload}`
      const cluster = `${label.destination_namespace}/${label.destination_service}|${label.destination_port}`
      return [`${source} ${cluster} ${label.response_code}`, value]
    }),
  )
}

/** The same as the demo mesh knows it. */
export function trueRequests(mesh: DemoMesh, { without }: { readonly without: readonly string[] }): CountedRequests {
  const rows = mesh.truth().filter(({ source }) => !without.includes(source.namespace))
  return sorted(rows.map(({ source, cluster, code, requests }) => [`${source.namespace}/${source.workload} ${cluster} ${code}`, requests]))
}

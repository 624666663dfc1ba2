import type { ChurningPod } from './pod.ts'

const boundsMs = [1, 5, 25, 100, 500]
/** From this age on a pod also gets 503: its page has one more series. */
const failingFromMs = 5_000

/** What the sidecar says at that age: what OSM's rules keep of Envoy's page, and the WASM statistics with both pods in their names. */
export function pageOf(pod: ChurningPod, ageMs: number): string {
  const requests = Math.floor(ageMs / 20)
  const failed = Math.max(0, Math.floor((ageMs - failingFromMs) / 200))
  return [
    '# TYPE envoy_cluster_upstream_rq counter',
    ...pod.calls.flatMap(({ workload: { name } }) => {
      const code = (value: string) => `envoy_cluster_upstream_rq{envoy_response_code="${value}",envoy_cluster_name="soak-churn/${name}|80"}`
      return [`${code('200')} ${requests}`, ...(failed > 0 ? [`${code('503')} ${failed}`] : [])]
    }),
    '# TYPE envoy_cluster_upstream_cx_active gauge',
    ...pod.calls.map(({ workload: { name } }) => `envoy_cluster_upstream_cx_active{envoy_cluster_name="soak-churn/${name}|80"} 2`),
    '# TYPE envoy_server_live gauge\nenvoy_server_live{} 1',
    `# TYPE envoy_server_uptime gauge\nenvoy_server_uptime{} ${Math.floor(ageMs / 1_000)}`,
    ...pod.calls.flatMap((called) => requestStatistics(pod, called, requests)),
    '',
  ].join('\n')
}

function requestStatistics(caller: ChurningPod, called: ChurningPod, requests: number): string[] {
  const peers = `${side('source', caller)}_${side('destination', called)}`
  const total = `response_code_200_${peers}_osm_request_total`
  const time = `${peers}_osm_request_duration_ms`
  return [
    `# TYPE ${total} counter\n${total}{} ${requests}`,
    `# TYPE ${time} histogram`,
    ...boundsMs.map((le, index) => `${time}_bucket{le="${le}"} ${Math.floor((requests * (index + 1)) / boundsMs.length)}`),
    `${time}_bucket{le="+Inf"} ${requests}`,
    `${time}_sum{} ${requests * 12}`,
    `${time}_count{} ${requests}`,
  ]
}

const side = (name: string, { name: pod, workload }: ChurningPod): string =>
  `${name}_namespace_soak_churn_${name}_kind_${workload.kind}_${name}_name_${underscored(workload.name)}_${name}_pod_${underscored(pod)}`
const underscored = (name: string): string => name.replaceAll('-', '_')

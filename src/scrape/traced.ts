import type { Target } from '../model/target.ts'
import type { Facts } from '../telemetry/tracer.ts'
import type { Taken } from './page-reader.ts'

/** Who is asked. A query or a password of its address is nobody's business. */
export const callFacts = ({ id, url, kind, pod }: Target): Facts => ({
  'http.request.method': 'GET',
  'url.full': `${url.origin}${url.pathname}`,
  'server.address': url.hostname,
  'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
  'k8s.namespace.name': pod?.namespace,
  'k8s.pod.name': pod?.name,
  'mesh_telemetry.target': id,
  'mesh_telemetry.target_kind': kind,
})

/** What came of it. */
export const pageFacts = ({ asked, bytes, series }: Taken): Facts => ({
  'http.response.status_code': 200,
  'http.response.body.size': bytes,
  'mesh_telemetry.asked': asked,
  'mesh_telemetry.series': series,
})

/** The words that pages are written with. */
export const cluster = 'envoy_cluster_name="bookstore/bookstore|14001"'
export const of = (to: string, ...byCode: [code: number, value: number][]): string =>
  [
    '# TYPE envoy_cluster_upstream_rq counter',
    ...byCode.map(([code, value]) => `envoy_cluster_upstream_rq{envoy_response_code="${code}",${to}} ${value}`),
  ].join('\n')
/** Requests to the bookstore. */
export const rq = (...byCode: [code: number, value: number][]): string => of(cluster, ...byCode)
/** Requests to the vault. */
export const vault = (...byCode: [code: number, value: number][]): string => of('envoy_cluster_name="bank/vault|80"', ...byCode)
export const active = (value: number): string =>
  `# TYPE envoy_cluster_upstream_cx_active gauge\nenvoy_cluster_upstream_cx_active{${cluster}} ${value}`
export const uptime = (seconds: number): string => `# TYPE envoy_server_uptime gauge\nenvoy_server_uptime{} ${seconds}`
export const epoch = (value: number): string => `# TYPE envoy_server_hot_restart_epoch gauge\nenvoy_server_hot_restart_epoch{} ${value}`
export const page = (...blocks: string[]): string => blocks.join('\n')

export const requests = 'mesh_requests_total'
export const connections = 'mesh_connections_active'
/** A pod that ran before it was watched. */
export const old = { bornWatched: false }

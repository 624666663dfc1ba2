import { z } from 'zod'

export const relabelOptions = z
  .strictObject({
    wasmNames: z
      .enum(['restored', 'underscore'])
      .default('restored')
      .describe(
        'How names appear in osm_request_* (WASM) statistics, where Envoy has turned "-" and "." into "_". restored: the real names of namespaces, workloads and pods; Flagger asks for them and finds nothing otherwise. underscore: as the rules of OSM leave them, for queries that were written with "_" for "-". More in docs/prometheus.md.',
      ),
  })
  .prefault({})
export type RelabelOptions = z.output<typeof relabelOptions>

import { z } from 'zod'

export const relabelOptions = z
  .strictObject({
    wasmNames: z
      .enum(['restored', 'underscore'])
      .default('restored')
      .describe(
        'How names appear in osm_request_* (WASM) statistics, where Envoy has turned "-" and "." into "_". restored: the real names of namespaces, workloads and pods, as Flagger asks for them. underscore: as the rules of OSM leave them.',
      ),
  })
  .prefault({})
export type RelabelOptions = z.output<typeof relabelOptions>

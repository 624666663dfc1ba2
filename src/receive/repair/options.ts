import { z } from 'zod'

export const repairOptions = z
  .strictObject({
    serviceNames: z
      .boolean()
      .default(true)
      .describe(
        'Names without a namespace, as sidecars of OSM 0.8 to 1.2 and Pipy send them, are completed from the pod that sent the span: service account and namespace, and for the account "default" the workload and namespace. Where no pod is known, the tag mesh.unverified says so.',
      ),
    durations: z.boolean().default(true).describe('A duration that is missing is taken from the annotations.'),
    ids: z.boolean().default(true).describe('Span ids of 32 digits, as Pipy of FSM sends them, become the 16 that Zipkin allows.'),
    meshTags: z
      .boolean()
      .default(true)
      .describe(
        'Tags mesh.source.* and mesh.destination.* name namespace, workload, pod and service of both sides, as far as they are known. Without them, and with nothing else to repair, spans go on byte for byte; and in backends that share no ids between caller and called, the called side of a call that begins a trace stands beside its caller, not below it.',
      ),
  })
  .prefault({})
export type RepairOptions = z.output<typeof repairOptions>

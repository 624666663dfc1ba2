import { z } from 'zod'

/** What people and programs read of a trace: one schema for the API, its documentation and everyone's types. */

const callFigures = z.object({
  source: z.string().describe('Who called, as spans name it: bookbuyer.bookbuyer.'),
  destination: z.string(),
  count: z.number(),
  errors: z.number().describe('Calls that one of their sides tells to have failed.'),
})
export type CallFigures = z.infer<typeof callFigures>

export const traceSummary = z.object({
  traceId: z.string(),
  service: z.string().nullable().describe('Who began it, as far as is known: the service of its first span.'),
  name: z.string().nullable().describe('The name of its first span; sidecars name spans by the host that is called.'),
  startMs: z.number().nullable().describe('When its first span began, milliseconds since the epoch; null where no span says.'),
  durationMs: z.number().nullable().describe('From the begin of the first span to the end of the last one, by the clocks of their nodes.'),
  spans: z.number(),
  leftOut: z.number().describe('Spans that came beyond what is kept of one trace.'),
  services: z.array(z.string()).describe('Who took part, sorted.'),
  errors: z.number().describe('Spans with a tag error or a status from 500 on.'),
  calls: z
    .array(callFigures)
    .describe('Who called whom, in the order in which they began. A call of which one end is not known, be it from its tags, is left out.'),
  settled: z.boolean().describe('Nothing came for some seconds: sidecars send spans up to 5 s after their end.'),
})
export type TraceSummary = z.infer<typeof traceSummary>

export const traceSpan = z.object({
  id: z.string(),
  parentId: z.string().nullable(),
  depth: z.number().describe('How many spans stand above it. The two sides of a call may have the same id: the called one stands below.'),
  kind: z.enum(['CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER']).nullable(),
  service: z.string().nullable(),
  name: z.string().nullable(),
  offsetMs: z.number().nullable().describe('When it began, counted from the begin of the trace.'),
  durationMs: z.number().nullable(),
  statusCode: z.string().nullable().describe('Its tag http.status_code.'),
  error: z.boolean(),
  tags: z.record(z.string(), z.string()),
  annotations: z.array(z.object({ offsetMs: z.number(), value: z.string() })),
})
export type TraceSpan = z.infer<typeof traceSpan>

export const tracesAnswer = z.object({
  atMs: z.number().describe('Wall time, milliseconds since the epoch.'),
  kept: z.number().describe('How many traces are in memory, fitting or not.'),
  traces: z.array(traceSummary).describe('Whoever began last first.'),
})
export type TracesAnswer = z.infer<typeof tracesAnswer>

export const traceAnswer = traceSummary.extend({
  tree: z.array(traceSpan).describe('Every span above those that it called, in the order in which they began.'),
})
export type TraceAnswer = z.infer<typeof traceAnswer>

/** Which traces are wanted. */
export interface TraceFilter {
  /** Of one of its spans, with or without its namespace. */
  readonly service?: string
  /** A call of that caller, as `NAMESPACE/NAME`, as spans name it, or without its namespace; with `destination`, of that one to the other. */
  readonly source?: string
  /** A call to that one, named as in `source`. */
  readonly destination?: string
  readonly minDurationMs?: number
  readonly errorsOnly?: boolean
  /** Only those that began after this wall time. */
  readonly sinceMs?: number
  readonly limit: number
}

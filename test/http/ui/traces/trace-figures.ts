import type { TraceSpan, TraceSummary } from '../../../../src/model/trace-figures.ts'

/** A trace without anything remarkable, but for what is named. */
export const summary = (known: Partial<TraceSummary>): TraceSummary => ({
  traceId: 'a1',
  service: 'buyer.shop',
  name: 'store.shop:80',
  startMs: 1_000,
  durationMs: 20,
  spans: 2,
  leftOut: 0,
  services: ['buyer.shop', 'store.shop'],
  errors: 0,
  calls: [{ source: 'buyer.shop', destination: 'store.shop', count: 1, errors: 0 }],
  settled: true,
  ...known,
})

/** A span without anything remarkable, but for what is named. */
export const span = (known: Partial<TraceSpan>): TraceSpan => ({
  id: 'b1',
  parentId: null,
  depth: 0,
  kind: 'SERVER',
  service: 'store.shop',
  name: 'store.shop:80',
  offsetMs: 0,
  durationMs: 10,
  statusCode: '200',
  error: false,
  tags: {},
  annotations: [],
  ...known,
})

import type { Labels } from './labels.ts'
import type { Numbering } from './numbering.ts'

/** One key figure of an edge, as it is shown. */
export interface KpiInfo {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
}

/** Who called whom; one object per edge. */
export interface Edge {
  readonly id: number
  /** The edge's labels as `/metrics/edges` shows them. */
  readonly labels: Labels
}

/** One figure of one edge, summed over the pods that feed it: `sums[cell.index]`. Its index is good as long as the numbering is. */
export interface Cell {
  readonly index: number
  readonly kpi: KpiInfo
  readonly edge: Edge
  /** Labels beyond the edge's: `response_code`, `reason`. A bucket's bound is `le`. */
  readonly labels: Labels
  /** Which part of a histogram; absent for counters and gauges. */
  readonly part?: 'bucket' | 'sum' | 'count'
  /** A bucket's upper bound in the KPI's unit; `Infinity` for the last. */
  readonly le?: number
}

/** Committed sums at one moment. Nothing else is ever shown, so that a crash takes back nothing that anyone saw. */
export interface Committed {
  readonly numbering: Numbering
  readonly wallMs: number
  readonly monotonicMs: number
  /** A copy of all sums that nobody changes any more: `sums[cell.index]`. */
  readonly sums: Float64Array
  /** The aggregator's own list of cells, which only grows while the numbering is the same: those from `sums.length` on came after this moment. */
  readonly cells: readonly Cell[]
  /** Edges whose feed is live, by `edge.id`: at least one fresh target's page names them. */
  readonly live: ReadonlySet<number>
  /** When an edge last carried something, monotonic milliseconds, by `edge.id`; `-Infinity` for one that never did. */
  readonly movedMs: Float64Array
  /** Indexes of cells that are not shown: buckets that not all feeding pods have. Only grows while the numbering is the same. */
  readonly hidden: ReadonlySet<number>
}

/** What `/metrics/edges` shows: which cells (the same list as long as they are the same), and the value that each shows now, by `cell.index`. */
export interface Shown {
  readonly cells: readonly Cell[]
  readonly values: Float64Array
}

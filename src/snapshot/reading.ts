import type { EdgesAnswer, HistoryAnswer, StatusFigures, TargetsAnswer } from '../model/figures.ts'
import type { TraceAnswer, TraceFilter, TracesAnswer } from '../model/trace-figures.ts'

/** Which edges are wanted. A name is `NAMESPACE/NAME`, or the name alone of what has no namespace: of a service, or of a workload. */
export interface EdgeFilter {
  /** Either end is in it. */
  readonly namespace?: string | undefined
  /** Either end. */
  readonly service?: string | undefined
  /** Who calls. */
  readonly source?: string | undefined
  /** Who is called, with `:PORT` or without; `:PORT` alone where nothing else is known. */
  readonly destination?: string | undefined
  /** `false` leaves out the mesh's own destinations. */
  readonly internals?: boolean | undefined
}

/** Which figures are wanted, of which time. */
export interface EdgesQuestion extends EdgeFilter {
  /** At most an hour. */
  readonly windowMs: number
  /** Wall time at which the window ends: of what is kept the moment nearest to it is taken. Without it the last committed one. */
  readonly untilMs?: number | undefined
  /**
   * What is one entry. Without it `edge`: each of any kind for itself; else outbound edges as sums: `pair`, of a caller and a called service's port; `source`,
   * of a caller. A caller is a service, or a workload that has none.
   */
  readonly by?: 'edge' | 'pair' | 'source' | undefined
}

/**
 * What http/ reads. Everything comes from committed sums; each answer is of one moment. Cheap enough to be asked several times a second.
 */
export interface Reading {
  status(): StatusFigures
  targets(): TargetsAnswer
  /** Figures over a window; worst first: error ratio, then requests, then labels. With `trend` its steps, too. */
  edges(question: EdgesQuestion & { readonly trend?: boolean }): EdgesAnswer
  /** One point per step, oldest first. A step is never shorter than what is kept for its age (10 s for ten minutes, 60 s beyond): `seconds` says how long it was. */
  history(question: EdgesQuestion & { readonly stepMs: number }): HistoryAnswer
  /** Of the last traces that sidecars sent, those that are wanted. */
  traces(filter: TraceFilter): TracesAnswer
  /** A trace with all its spans; `undefined` for one that is not kept, or no more. */
  trace(traceId: string): TraceAnswer | undefined
  /**
   * After the first complete round of scrapes: every target answered once or failed once. A reason with `ready` says that targets are read more seldom than
   * configured, and what to do; or which problems of discovery may leave it without anyone to scrape.
   */
  readiness(): { readonly ready: boolean; readonly reason?: string }
}

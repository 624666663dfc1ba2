import type { EdgesAnswer, HistoryAnswer, StatusAnswer, TargetsAnswer } from '../model/figures.ts'
import type { TraceAnswer, TraceFilter, TracesAnswer } from '../model/trace-figures.ts'

/**
 * What http/ reads. Everything comes from committed sums; each answer is of one moment. Cheap enough to be asked several times a second.
 */
export interface Reading {
  status(): StatusAnswer
  targets(): TargetsAnswer
  /** Figures over the last `windowMs`, at most an hour; worst first: error ratio, then requests, then labels. */
  edges(windowMs: number): EdgesAnswer
  /** One point per step, oldest first. A step is never shorter than what is kept for its age (10 s for ten minutes, 60 s beyond): `seconds` says how long it was. */
  history(windowMs: number, stepMs: number): HistoryAnswer
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

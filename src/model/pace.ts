/** How often targets are read. */
export interface Pace {
  /** As configured, milliseconds. */
  readonly intervalMs: number
  /** Each target is read in every n-th interval only: 1 unless there is more to read than there is time. */
  readonly everyNth: number
  /** Why not in every interval, and what to do; absent while `everyNth` is 1. */
  readonly problem?: Notice
}

/** Something that a person should know, and what to do about it. */
export interface Notice {
  readonly code: string
  readonly message: string
  readonly remedy: string
}

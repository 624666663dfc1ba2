/** What a part is given. */
export interface RealSetting {
  /** Says one line about how it goes. */
  readonly log: (line: string) => void
  /** An empty folder of the part's own; it is gone afterwards. */
  readonly scratch: string
  /** Fires when the part's time is over: whatever still runs must end. */
  readonly signal: AbortSignal
}

/** `not run` is for what could not be fetched or built here: it is counted and fails nothing. Whatever ran and was wrong has failed. */
export type RealOutcome =
  | { readonly outcome: 'passed'; readonly figures?: Readonly<Record<string, string | number>> }
  | { readonly outcome: 'failed' | 'not run'; readonly why: string; readonly figures?: Readonly<Record<string, string | number>> }

/** One proof against the real thing. `run` leaves no process behind; a throw counts as failed. */
export interface RealPart {
  readonly name: string
  /** Default: ten minutes. */
  readonly deadlineMs?: number
  run(setting: RealSetting): Promise<RealOutcome>
}

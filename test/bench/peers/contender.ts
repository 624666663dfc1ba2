import type { Reader, Scenario } from '../readers.ts'

/** Who reads the pages. */
export interface Contender {
  readonly title: string
  /** Peers read whole pages also where sidecars would answer with less: they do not ask for it. */
  readonly filter: Scenario['filter']
  /** Those that others are compared with. */
  readonly reference?: 'floor' | 'collector'
  install(): Promise<{ readonly path: string } | { readonly why: string }>
  start(starting: Starting): Promise<Reader>
}

export interface Starting {
  readonly scenario: Scenario
  readonly executable: string
  readonly scratch: string
  /** Where those that pass samples on write them to. */
  readonly sinkUrl: string
}

import type { Clock } from '../runtime/clock.ts'
import type { ClusterChoice } from './named-cluster.ts'

/** Where a command writes: standard output or error, or a test's ear. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  /** Of a terminal; they follow the window's size. */
  readonly columns?: number
  readonly rows?: number
}

/** All that a command gets of the world. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: AsyncIterable<Buffer | string>
  /** Results go here, and nothing else. */
  readonly stdout: Output
  /** What is said about the results. */
  readonly stderr: Output
  /** Aborts when someone asks the program to end; commands that run until then end in good order and are fine. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Runs `task` when the process ends, also when it is cut short; `task` cannot wait for anything. */
  readonly atExit: (task: () => void) => void
  /** The cluster that the command line named: commands that a person is told to type name it too. */
  readonly cluster?: ClusterChoice
}

export const exitCodes = {
  fine: 0,
  /** It ran, and found something wrong. */
  problems: 1,
  /** Usage or configuration. */
  usage: 2,
  unreachable: 3,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

import type { Chunk, ChunkKind } from '../model/chunk.ts'
import { Problem, type ProblemKind } from '../runtime/problem.ts'

/** Where chunks are sent: one more kind of destination is one more of these. Its courier calls it, one chunk at a time. */
export interface Destination {
  /** `files`, `otlp`: by this name the outbox keeps what waits for it, over restarts too. */
  readonly name: string
  readonly kind: ChunkKind
  /**
   * Resolves once the chunk is safe there; the same chunk may come again.
   *
   * @returns what of it will never be kept there, where that is not all of it
   * @throws {DeliveryProblem} whose kind says whether trying again may help. Any other error counts as one that passes.
   */
  send(chunk: Chunk, signal: AbortSignal): Promise<readonly Loss[] | void>
  /** Asks at the start whether chunks would be taken, and says what is wrong. Nothing depends on the answer. */
  probe?(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** A part of a chunk that a destination refuses for good, while the rest has arrived. */
export interface Loss {
  readonly kind: ProblemKind
  /** How many rows or spans. */
  readonly count: number
  /** What the destination says. */
  readonly message: string
}

interface Refusal extends ErrorOptions {
  /** When to try again, as the other side said. */
  readonly retryAfterMs?: number
  /** The chunk is more than the other side takes at once; its halves may not be. */
  readonly isTooLarge?: boolean
  /** A part of the chunk may be at fault for the refusal of all of it: its halves are tried, so that only that part is lost. */
  readonly mayBeInPart?: boolean
}

/** Why a chunk did not arrive. */
export class DeliveryProblem extends Problem {
  readonly retryAfterMs: number | undefined
  readonly isTooLarge: boolean
  readonly mayBeInPart: boolean

  constructor(kind: ProblemKind, message: string, { retryAfterMs, isTooLarge = false, mayBeInPart = false, ...options }: Refusal = {}) {
    super(kind, message, options)
    this.name = 'DeliveryProblem'
    this.retryAfterMs = retryAfterMs
    this.isTooLarge = isTooLarge
    this.mayBeInPart = mayBeInPart
  }
}

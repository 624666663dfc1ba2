import type { Chunk, ChunkKind } from '../model/chunk.ts'
import { Problem, type ProblemKind } from '../runtime/problem.ts'

/** Where chunks are sent: one more kind of destination is one more of these. Its courier calls it, one chunk at a time. */
export interface Destination {
  /** `files`, `azure`: by this name the outbox keeps what waits for it, over restarts too. */
  readonly name: string
  readonly kind: ChunkKind
  /**
   * Resolves once the chunk is safe there; the same chunk may come again.
   *
   * @throws {DeliveryProblem} whose kind says whether trying again may help. Any other error counts as one that passes.
   */
  send(chunk: Chunk, signal: AbortSignal): Promise<void>
  /** Asks at the start whether rows would be taken, and says what is wrong. Nothing depends on the answer. */
  probe?(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

interface Refusal extends ErrorOptions {
  /** When to try again, as the other side said. */
  readonly retryAfterMs?: number
  /** The chunk is more than the other side takes at once; its halves may not be. */
  readonly isTooLarge?: boolean
}

/** Why a chunk did not arrive. */
export class DeliveryProblem extends Problem {
  readonly retryAfterMs: number | undefined
  readonly isTooLarge: boolean

  constructor(kind: ProblemKind, message: string, { retryAfterMs, isTooLarge = false, ...options }: Refusal = {}) {
    super(kind, message, options)
    this.name = 'DeliveryProblem'
    this.retryAfterMs = retryAfterMs
    this.isTooLarge = isTooLarge
  }
}

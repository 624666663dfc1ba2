import type { Chunk, ChunkKind } from './chunk.ts'

/** A chunk on its way to one destination. */
export interface WaitingChunk extends Chunk {
  readonly id: number
}

/** What one destination has still to get. */
export interface Queued {
  readonly chunks: number
  /** Rows or spans. */
  readonly count: number
  /** As they are kept: compressed. */
  readonly bytes: number
  /** How many bytes may wait for all destinations together. */
  readonly limitBytes: number
  /** When the oldest of them was made; absent when nothing waits. */
  readonly oldestMadeMs?: number
}

/** Who gets what: known before the first chunk comes. */
export interface Taker {
  readonly name: string
  readonly kind: ChunkKind
}

/** Why the outbox itself let chunks go: out of bytes, too old, no room on the disk beside the sums, not readable any more, or the file that held them is gone. */
export type DropReason = 'no_room' | 'too_old' | 'disk_full' | 'unreadable' | 'state_moved_aside'

/**
 * What was committed for destinations and has not arrived there: each chunk is kept once and leaves when every destination has got it. What is kept is
 * written with the commits; a delivery of the last moment before a crash is repeated, never lost. Bounded by bytes and age: the oldest goes first.
 */
export interface Outbox {
  /**
   * The oldest chunk that this destination has not got; the same one until it is delivered, replaced or dropped.
   *
   * @throws what the disk says; asking again may help
   */
  next(destination: Taker['name']): Promise<WaitingChunk | undefined>
  /** Safe for a chunk that went meanwhile. @returns whether it still waited */
  delivered(destination: Taker['name'], id: WaitingChunk['id']): boolean
  /** The destination gets these in its place, first; others get it as it was. */
  replace(destination: Taker['name'], id: WaitingChunk['id'], chunks: readonly Chunk[]): Promise<void>
  /** The destination will not get it: who decided that counts it. Safe for a chunk that went meanwhile. @returns whether it still waited */
  dropped(destination: Taker['name'], id: WaitingChunk['id']): boolean
  queued(destination: Taker['name']): Queued
  /** `added` is called after each commit that brought something for this destination; `lost` when the outbox let `count` rows go. */
  listen(destination: Taker['name'], listener: OutboxListener): void
}

export interface OutboxListener {
  readonly added: () => void
  readonly lost: (reason: DropReason, count: number) => void
}

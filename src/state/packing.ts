import { promisify } from 'node:util'
import { deflate, inflate } from 'node:zlib'
import type { Chunk } from '../model/chunk.ts'

const deflated = promisify<Uint8Array, Buffer>(deflate)
const inflated = promisify<Uint8Array, Buffer>(inflate)

/** A chunk as it waits and is kept: a tenth of its length and less. */
export interface PackedChunk extends Omit<Chunk, 'body'> {
  /** The body, compressed. */
  readonly packed: Uint8Array
}

/** Compressed by threads of the platform: this one is not held. */
export async function pack({ body, ...chunk }: Chunk): Promise<PackedChunk> {
  return { ...chunk, packed: await deflated(body) }
}

/** @throws for bytes that were not compressed by `pack`, or are no longer what they were */
export const unpacked = (packed: Uint8Array): Promise<Uint8Array> => inflated(packed)

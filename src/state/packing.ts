import { promisify } from 'node:util'
import { deflate, inflate } from 'node:zlib'
import type { Chunk } from '../model/chunk.ts'

const deflated = promisify<Uint8Array, Buffer>(deflate)
const inflated = promisify<Uint8Array, Buffer>(inflate)

/** Chunks with their bodies compressed, by threads of the platform: this one is not held. */
export const packed = (chunks: readonly Chunk[]): Promise<readonly Chunk[]> =>
  Promise.all(chunks.map(async (chunk) => ({ ...chunk, body: await deflated(chunk.body) })))

/** @throws for bytes that were not compressed by `packed`, or are no longer what they were */
export const unpacked = (body: Uint8Array): Promise<Uint8Array> => inflated(body)

import { httpMetrics } from '../../http/telemetry.ts'
import { readExposition } from '../../parse/exposition.ts'
import { Problem } from '../../runtime/problem.ts'
import type { CollectorClient } from '../collector-client.ts'
import type { PageFacts, PagePath } from './facts.ts'

/** Enough to see that a page is served; the rest need not come over a port-forward. */
const countedBytes = 16 * 2 ** 20

/** When each page was fetched last by others than this program, by path, milliseconds since the epoch: as the collector's own metrics say. */
export function fetchTimes(ownMetrics: string): ReadonlyMap<string, number> {
  const samples = readExposition(Buffer.from(ownMetrics)).filter(({ name }) => name === httpMetrics.pageFetched.name)
  return new Map(samples.map(({ labels, value }) => [labels.path ?? '', value * 1_000]))
}

/** Fetches a page and counts its series. */
export async function seriesOf(client: CollectorClient, path: PagePath): Promise<PageFacts['series']> {
  const counter = new SampleCounter()
  try {
    await client.pieces(path.slice(1), (piece) => counter.take(piece) < countedBytes)
    return { count: counter.samples, atLeast: counter.bytes >= countedBytes }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { code, remedy } = error.kind
    return { problem: { code, message: error.message, remedy } }
  }
}

const newline = 0x0a
const hash = 0x23

/** Counts the lines of an exposition that are samples, as it comes. */
class SampleCounter {
  samples = 0
  bytes = 0
  #atStart = true

  /** @returns bytes so far */
  take(piece: Uint8Array): number {
    for (const byte of piece) {
      if (this.#atStart && byte !== newline && byte !== hash) this.samples++
      this.#atStart = byte === newline
    }
    this.bytes += piece.length
    return this.bytes
  }
}

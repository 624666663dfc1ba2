import { setTimeout as pause } from 'node:timers/promises'
import { figuresOf } from './measure.ts'
import { sent, startPageServer, stopPageServer } from './page-server-process.ts'
import type { Lateness, Reader, Scenario } from './readers.ts'

/** What one reader did while it was measured. */
export interface Trial {
  readonly cpuMs: number
  /** What was sent to it, with the headers. */
  readonly pages: number
  readonly bytes: number
  readonly rssBytes: number
  readonly peakBytes: number
  readonly lateness?: Delays
}

/** What it counted while it was measured, and before that. */
interface Delays {
  readonly meanwhile: Lateness
  readonly before: Lateness
}

interface Trying {
  readonly warmUpMs: number
  readonly measureMs: number
  readonly start: () => Promise<Reader>
}

/** A reader alone with a page server that begins anew, and whose pages go on changing until the end. */
export async function tryReader(scenario: Scenario, { warmUpMs, measureMs, start }: Trying): Promise<Trial> {
  const { targets, clusters, intervalSeconds } = scenario
  const pages = Math.ceil((warmUpMs + measureMs) / 1_000 / intervalSeconds) + 3 // starting takes its time
  const server = await startPageServer({ targets, clusters, pages })
  try {
    const reader = await start()
    try {
      await pause(warmUpMs)
      const before = { ...figuresOf(reader.pid), ...(await sent(server)), lateness: await reader.lateness?.() }
      await pause(measureMs)
      const after = { ...figuresOf(reader.pid), ...(await sent(server)), lateness: await reader.lateness?.() }
      return {
        cpuMs: after.cpuMs - before.cpuMs,
        pages: after.pages - before.pages,
        bytes: after.bytes - before.bytes,
        rssBytes: after.rssBytes,
        peakBytes: after.peakBytes,
        ...(before.lateness && after.lateness ? { lateness: between(before.lateness, after.lateness) } : {}),
      }
    } finally {
      await reader.stop() // throws, where it ended by itself, what it said
    }
  } finally {
    await stopPageServer(server)
  }
}

function between(before: Lateness, after: Lateness): Delays {
  return { meanwhile: { late: after.late - before.late, skipped: after.skipped - before.skipped }, before }
}

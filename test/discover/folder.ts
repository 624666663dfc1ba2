import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createDiscovery } from '../../src/discover/kinds.ts'
import { discoverOptions } from '../../src/discover/options.ts'
import { discoverEvents, discoverMetrics } from '../../src/discover/telemetry.ts'
import type { Discovered } from '../../src/model/discovered.ts'
import { type Clock, systemClock } from '../../src/runtime/clock.ts'
import { createTelemetry } from '../../src/telemetry/events.ts'

/** A telemetry whose log lines a test can read. */
export function quietTelemetry() {
  const lines: Record<string, unknown>[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  return { lines, telemetry: createTelemetry(log, Object.values(discoverMetrics), Object.values(discoverEvents)) }
}

interface Settings {
  readonly discover: Record<string, unknown>
  readonly baseDirectory: string
  readonly allowLoopback?: boolean
  readonly clock?: Clock
}

/** A discovery that is followed by a test. */
export function follow({ discover, baseDirectory, allowLoopback = false, clock = systemClock }: Settings) {
  const { lines, telemetry } = quietTelemetry()
  const discovery = createDiscovery(discoverOptions.parse(discover), { clock, telemetry, baseDirectory, allowLoopback, notes: new Map() })
  const found: Discovered[] = []
  let wake = () => {}
  const start = () =>
    discovery.start((outcome) => {
      found.push(outcome)
      wake()
    })
  /** The next outcome that answers; fails when there is none for long, which leaves room for a busy machine. */
  const until = async (answers: (outcome: Discovered) => boolean): Promise<Discovered> => {
    const timeout = AbortSignal.timeout(20_000)
    for (;;) {
      const last = found.at(-1)
      if (last && answers(last)) return last
      await new Promise<void>((resolve, reject) => {
        wake = resolve
        timeout.onabort = () => reject(new Error(`no such outcome; last: ${JSON.stringify(last)}`))
        if (timeout.aborted) reject(new Error('no such outcome'))
      })
    }
  }
  return { discovery, start, until, found, lines, metrics: telemetry.metrics }
}

/** A temporary folder for one test. */
export async function temporaryFolder(): Promise<{ readonly path: string; readonly [Symbol.asyncDispose]: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'mesh-telemetry-discover-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

import { readdirSync, readlinkSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { figuresOf } from '../bench/measure.ts'
import type { CollectorProcess } from '../real/collector-process.ts'
import type { Witnessed } from './witness.ts'

/** What is looked at again and again; sizes in bytes. */
export interface Sample extends Witnessed {
  readonly rss: number
  readonly files: number
  readonly sockets: number
  readonly handles: number
  readonly lagP99Ms: number
  readonly targets: number
  readonly cells: number
  /** Series on `/metrics/edges`. */
  readonly edgeSeries: number
  readonly ownSeries: number
  readonly state: number
  readonly cpuMs: number
}

/** Looks from outside, through /proc, and at what the collector says of itself. */
export async function sampleOf(
  collector: CollectorProcess,
  { state, witness }: { readonly state: string; readonly witness: string },
): Promise<Sample> {
  const own = await collector.text('/metrics')
  const open = openFiles(collector.pid)
  const { rssBytes, cpuMs } = figuresOf(collector.pid)
  return {
    ...(JSON.parse(await readFile(witness, 'utf8')) as Witnessed),
    rss: rssBytes,
    files: open.length,
    sockets: open.filter((target) => target.startsWith('socket:')).length,
    handles: sumOf(own, 'nodejs_active_handles_total'),
    lagP99Ms: sumOf(own, 'nodejs_eventloop_lag_p99_seconds') * 1_000,
    targets: sumOf(own, 'meshtelemetry_discovery_targets'),
    cells: (await collector.json<{ readonly cells: number }>('/api/v1/status')).cells,
    edgeSeries: seriesOf(await collector.text('/metrics/edges')),
    ownSeries: seriesOf(own),
    state: await sizeOf(state),
    cpuMs,
  }
}

/** All series of a family, added. */
function sumOf(page: string, family: string): number {
  const lines = page.split('\n').filter((line) => /^[^{ ]+/.exec(line)?.[0] === family)
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

const seriesOf = (page: string): number => page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length

/** What each open file descriptor leads to; one that was closed meanwhile is left out. */
function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(join(folder, name))]
    } catch {
      return []
    }
  })
}

/** SQLite's file and what stands beside it. */
async function sizeOf(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0, // it went meanwhile
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

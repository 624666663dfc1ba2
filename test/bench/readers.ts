import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, open, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { wantedOfSidecar } from '../../src/model/wanted.ts'
import { CollectorProcess } from '../real/collector-process.ts'
import { onLastCore } from './cores.ts'
import { meshOf } from './mesh.ts'
import { path, port } from './pages.ts'

export interface Scenario {
  readonly targets: number
  readonly clusters: number
  /** `auto`: sidecars are asked only for what is wanted; `off`: for their whole page. */
  readonly filter: 'auto' | 'off'
  readonly intervalSeconds: number
}

export interface Lateness {
  readonly late: number
  readonly skipped: number
}

/** A process that reads the simulated sidecars. */
export interface Reader {
  readonly pid: number
  /** Scrapes that began late or were left out so far, where the reader counts them. */
  lateness?(): Promise<Lateness>
  stop(): Promise<unknown>
}

/** The floor; `scratch` is where its log goes. */
export function startFloor(program: string, { targets, filter, intervalSeconds }: Scenario, scratch: string): Promise<Reader> {
  const wanted = encodeURIComponent(wantedOfSidecar('osm', { requestStats: true }).filter ?? '')
  const question = filter === 'auto' ? `${path}?filter=${wanted}` : path
  return startProgram([program, String(targets), String(intervalSeconds), String(port), question], scratch)
}

/** A program that reads on the reader's core; what it says goes to a file in `scratch`. */
export async function startProgram(words: readonly string[], scratch: string): Promise<Reader> {
  const [command = '', ...rest] = [...onLastCore, ...words]
  const logPath = join(scratch, `${basename(words[0] ?? '')}.log`)
  await using log = await open(logPath, 'w')
  const child = spawn(command, rest, { stdio: ['ignore', log.fd, log.fd] })
  await once(child, 'spawn')
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const stop = async () => {
    if (hasEnded()) throw new Error(`it ended by itself: ${(await readFile(logPath, 'utf8')).trim().split('\n').at(-1)}`)
    const ended = once(child, 'exit')
    child.kill()
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(force)
  }
  return { pid: child.pid ?? 0, stop }
}

/** A collector that reads them. */
export interface Collecting extends Reader {
  lateness(): Promise<Lateness>
  readonly url: string
  /** Waits until a path answers 200. */
  until(path: string, withinMs: number): Promise<void>
  /** Only so many of the targets are left. */
  keep(targets: number): Promise<void>
}

/** The program without its launcher, so that the figures are those of one process. */
export async function startCollector({ targets, filter, intervalSeconds }: Scenario, scratch: string): Promise<Collecting> {
  const folder = await mkdtemp(join(scratch, 'collector-'))
  const manifests = join(folder, 'manifests')
  await mkdir(manifests)
  const keep = (count: number) => writeFile(join(manifests, 'mesh.json'), JSON.stringify(meshOf(count)))
  await keep(targets)
  const config = {
    discover: { source: 'manifests', manifests: { path: manifests } },
    scrape: { interval: `${intervalSeconds}s`, filter, allowLoopback: true },
  }
  const command = [...onLastCore, process.execPath, join(import.meta.dirname, '../../src/main.ts')]
  const collector = await CollectorProcess.run(config, { scratch: folder, command })
  const lateness = async () => {
    const page = await collector.text('/metrics')
    const own = (name: string) =>
      [...page.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0)
    return { late: own('meshtelemetry_scrapes_late_total'), skipped: own('meshtelemetry_scrapes_skipped_total') }
  }
  return {
    pid: collector.pid,
    url: collector.url,
    until: (path, withinMs) => collector.until(path, withinMs),
    lateness,
    keep,
    stop: () => collector.stop(),
  }
}
